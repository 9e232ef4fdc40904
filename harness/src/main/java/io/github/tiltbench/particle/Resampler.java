package io.github.tiltbench.particle;

import io.github.tiltbench.random.Uniforms;

/** Draws ancestors so that particle i has {@code count * weights[i]} children on average. */
@FunctionalInterface
public interface Resampler {
  /**
   * The ancestors of the next generation, in ascending order.
   *
   * @param weights normalised weights
   * @param count size of the next generation
   * @param u uniforms; a resampler reads at most {@code count + weights.length} of them
   */
  int[] ancestors(double[] weights, int count, Uniforms u);
}
