package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.random.Noise;

/**
 * Where particles went, and log p - log q of each: the model's own step over the one that moved it.
 *
 * @param next the new states
 * @param logRatio what the move adds to each log-weight
 */
public record Move(Batch next, double[] logRatio) {
  /** By the model's own step. */
  public static Move own(StepLaw law, Noise noise) {
    return new Move(law.sample(noise), new double[law.size()]);
  }

  /** By the step tilted by a gradient, one row a particle. */
  public static Move pushed(StepLaw law, Batch.Reals gradient, Noise noise) {
    Batch next = law.tilt(gradient).sample(noise);
    return new Move(next, law.logRatio(gradient, next));
  }
}
