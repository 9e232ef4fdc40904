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
    if (mean.length == 0) {
      throw new IllegalArgumentException("mean must not be empty");
    }
    if (variance.length != mean.length) {
      throw new IllegalArgumentException(
          "variance must have as many entries as mean ("
              + mean.length
              + ") but has "
              + variance.length);
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i])) {
        throw new IllegalArgumentException("mean must be finite");
      }
      if (!(variance[i] > 0 && variance[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("variance must be positive and finite");
      }
    }
  }

  /** The law of the data. */
  @Override
  public GaussianMixture law() {
    return new GaussianMixture(new double[] {1}, new double[][] {mean}, new double[][] {variance});
  }
}
