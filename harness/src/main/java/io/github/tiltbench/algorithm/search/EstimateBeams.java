package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;

/** A trial of {@link Beam} whose clean estimates branch (TreeG-SD). */
record EstimateBeams(Beam rules, Problem problem, Session session) {
  /**
   * Runs from level T to clean states.
   *
   * @param starts states of level T
   * @param each states that share a particle's address
   */
  Beams.End run(int starts, int each, Beam.Size size) {
    GaussianProcess process = (GaussianProcess) problem.process();
    int steps = process.steps();
    Batch x = process.prior(starts, session.noise(Purpose.PRIOR, steps).branched(each));
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        arena.next();
        Batch.Reals estimate = ((Prediction.Mean) session.denoise(x, level)).clean();
        for (int round = 0; round < rules.rounds().orElse(1); round++) {
          int[] parents = Branching.repeat(starts, size.branch());
          Noise noise = session.noise(Purpose.PROPOSAL, level).round(round);
          Batch.Reals children =
              noised(estimate.select(parents), level, noise.branched(each * size.branch()));
          Noise choice = session.noise(Purpose.SELECT, level).round(round);
          int[] kept = rules.keep(values(children), size, problem, choice, each);
          estimate = children.select(kept);
          x = x.select(Arrays.stream(kept).map(row -> row / size.branch()).toArray());
        }
        Noise noise = session.noise(Purpose.STEP, level).branched(each);
        x = process.law(x, level, new Prediction.Mean(estimate)).sample(noise);
      }
    }
    return new Beams.End(x, null);
  }

  /** Estimates with noise added. */
  private Batch.Reals noised(Batch.Reals estimate, int level, Noise noise) {
    double n = ((GaussianProcess) problem.process()).noise(level);
    double std = rules.spread().orElse(1) * n / Math.sqrt(1 + n * n);
    double[] z = Arena.doubles(estimate.data().length);
    noise.normals(estimate.size(), z);
    for (int i = 0; i < z.length; i++) {
      z[i] = estimate.data()[i] + std * z[i];
    }
    return new Batch.Reals(z, estimate.item());
  }

  private double[] values(Batch.Reals estimates) {
    Noise none = session.noise(Purpose.DECODE, 0);
    return session.score(
        session.clean(new Prediction.Mean(estimates), Decoding.POSTERIOR_MEAN, none));
  }
}
