package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.random.Noise;

/** The law of the next state given the current one, row by row. */
public sealed interface StepLaw extends Rows<StepLaw>
    permits GaussianStep, CategoricalStep, FirstHittingStep {

  /** One draw a row; row r of the batch reads row r of the noise. */
  Batch sample(Noise noise);

  /**
   * Log-density (log-probability for tokens) of one next state a row.
   *
   * @throws IllegalStateException for a point mass, which has no density
   */
  double[] logDensity(Batch next);

  /**
   * The law reweighted by {@code exp(<gradient, next>)} and normalised; of a step that reveals one
   * mask ({@link FirstHittingStep}) the token's law given the position, which stays uniform.
   *
   * @param gradient for reals one vector a row; for tokens rows of shape {length, vocabulary+1},
   *     the mask last
   * @throws IllegalStateException for a point mass, which cannot be tilted
   */
  StepLaw tilt(Batch.Reals gradient);

  /**
   * Log-density of one next state a row under this law less that under {@link #tilt}: {@code log
   * E[exp(<gradient, next>)] - <gradient, next>}, without the difference of two densities.
   *
   * @throws IllegalStateException for a point mass
   */
  double[] logRatio(Batch.Reals gradient, Batch next);

  /** The laws at the given indices; repeating a parent branches it. */
  @Override
  StepLaw select(int[] index);

  /** Whether every draw is the same, so that branches or clones never separate. */
  boolean deterministic();
}
