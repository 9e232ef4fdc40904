package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Overdrawn;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Contrast;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;

/**
 * All that an algorithm can reach. Every costly method charges first and throws {@link Overdrawn},
 * having run nothing, if the budget does not cover it.
 */
public interface Session {
  /** Predictions at states of one level T..1; charges one NFE a row. */
  Prediction denoise(Batch x, int level);

  /**
   * Predictions at states of one level T..1 before and after classifier-free guidance; charges one
   * NFE a row. Only where {@link Problem#contrasted}.
   */
  Contrast contrast(Batch x, int level);

  /**
   * Target rewards of clean states; charges one REWARD a row.
   *
   * @throws VerifierFailure if the verifier answers NaN or the wrong number of scores
   */
  double[] score(Batch clean);

  /**
   * Prediction at each state, the reward of its clean estimate and that reward's gradient in the
   * state; charges one NFE, one BACKWARD and one REWARD a row.
   */
  Guided guide(Batch x, int level);

  /**
   * Prediction at each state, the reward of its clean estimate and that reward's gradient in the
   * estimate; charges one NFE and one REWARD a row, and no BACKWARD since nothing is propagated
   * through the model.
   */
  Sloped slope(Batch x, int level);

  /** Clean states that can be scored; charges one DECODE a row if the model has a decoder. */
  Batch clean(Prediction prediction, Decoding how, Noise noise);

  /** The noise for a purpose at a level, the same for every algorithm. */
  Noise noise(Purpose purpose, int level);

  /** What is left of a unit. */
  long left(Unit unit);
}
