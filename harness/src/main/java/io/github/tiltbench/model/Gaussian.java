package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.ProcessSpec;

/**
 * {@code kind: gaussian}: data from one diagonal Gaussian, denoised exactly; every law of its chain
 * is known in closed form.
 *
 * @param mean of the data
 * @param variance of the data, the diagonal
 * @param process the chain
 */
public record Gaussian(double[] mean, double[] variance, ProcessSpec.Gaussian process)
    implements GaussianModel {
  /** Checks that mean and variance fit. */
  public Gaussian {
    GaussianMixtureLaw.requireComponent("mean", mean, "variance", variance);
  }

  /** The law of the data: a mixture of one. */
  @Override
  public GaussianMixtureLaw law() {
    return new GaussianMixtureLaw(
        new double[] {1}, new double[][] {mean}, new double[][] {variance});
  }
}
