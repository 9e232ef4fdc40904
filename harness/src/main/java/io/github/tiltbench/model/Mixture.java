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
public record Mixture(
    double[] weights, double[][] means, double[][] variances, ProcessSpec.Gaussian process)
    implements GaussianModel {
  /** Checks that the components make a law. */
  public Mixture {
    new GaussianMixture(weights, means, variances);
  }

  /** The law of the data. */
  @Override
  public GaussianMixture law() {
    return new GaussianMixture(weights, means, variances);
  }
}
