package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;

/** States of the image model half way through a chain, and what is asked of them. */
record FashionStates(Batch states, int[] levels, Condition[] conditions) {
  private static final int STEPS = 50;

  /** A cell whose model and verifier are those of the states. */
  static Cell cell() {
    return Workload.FASHION.cell("pretrained", STEPS, 1, STEPS);
  }

  /** So many. */
  static FashionStates of(int particles) {
    int[] levels = new int[particles];
    Arrays.fill(levels, STEPS / 2);
    Condition[] conditions = new Condition[particles];
    Arrays.fill(conditions, new Condition(Workload.FASHION.prompt()));
    return new FashionStates(
        cell().problem().process().prior(particles, new Seed(1).noise(Purpose.PRIOR, STEPS)),
        levels,
        conditions);
  }

  /** A prediction. */
  Prediction forward(Denoiser denoiser) {
    return denoiser.denoise(states, levels, conditions);
  }

  /** A prediction, the verifier's score of it, and the gradient of that in the states. */
  Batch guided(Denoiser denoiser, Verifier verifier) {
    try (Denoiser.Linearised linear = denoiser.linearise(states, levels, conditions)) {
      Batch.Reals clean = ((Prediction.Mean) linear.prediction()).clean();
      return linear.pullback(verifier.gradient(clean, conditions).gradient());
    }
  }
}
