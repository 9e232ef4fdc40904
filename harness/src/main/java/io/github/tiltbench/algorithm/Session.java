package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Overdrawn;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;

/** All that an algorithm can reach. */
public interface Session {
  /**
   * Asks model or reward; charges the price first.
   *
   * @throws Overdrawn if the budget does not cover the price; nothing was run then
   * @throws VerifierFailure if the verifier answers NaN, plus infinity, a gradient that is not
   *     finite or the wrong number of scores
   */
  Evaluation ask(Query query);

  /**
   * Predictions at states of one level T..1 for the step to the next; charges one NFE a row, two on
   * a chain of second order.
   */
  default Prediction denoise(Batch x, int level) {
    return denoise(x, level, level - 1);
  }

  /** The same for the step to any level under it; for that to level 0 one NFE on every chain. */
  default Prediction denoise(Batch x, int level, int to) {
    return ask(Query.prediction(x, level, to)).prediction();
  }

  /** Target rewards of clean states; charges one REWARD a row. */
  default double[] score(Batch clean) {
    return ask(Query.reward(clean)).value().values();
  }

  /** What the verifier reads of clean states, whatever its scope; charges one REWARD a row. */
  default Readings read(Solved solved) {
    return ask(Query.reward(solved)).readings();
  }

  /** Clean states that can be scored; free. */
  Batch clean(Prediction prediction, Decoding how, Noise noise);

  /** The noise for a purpose at a level, the same for every algorithm. */
  Noise noise(Purpose purpose, int level);
}
