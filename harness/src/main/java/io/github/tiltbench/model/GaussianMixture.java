package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.ProcessSpec;

/**
 * {@code kind: gaussian-mixture}: data from a mixture of diagonal Gaussians, denoised exactly.
 *
 * @param weights of the components, summing to one
 * @param means one row a component
 * @param variances one row a component, the diagonal
 * @param process the chain
 */
public record GaussianMixture(
    double[] weights, double[][] means, double[][] variances, ProcessSpec.Gaussian process)
    implements GaussianModel {
  /** Checks that the components make a law. */
  public GaussianMixture {
    new GaussianMixtureLaw(weights, means, variances);
  }

  /** The law of the data. */
  @Override
  public GaussianMixtureLaw law() {
    return new GaussianMixtureLaw(weights, means, variances);
  }
}
