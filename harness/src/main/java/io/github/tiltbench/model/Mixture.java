package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;

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
    implements ModelSpec {
  /** Checks that the components make a law. */
  public Mixture {
    new GaussianMixture(weights, means, variances);
  }

  private GaussianMixture law() {
    return new GaussianMixture(weights, means, variances);
  }

  @Override
  public StateSpace.Euclidean space() {
    return law().space();
  }

  @Override
  public GaussianProcess reverse() {
    return process.over(space());
  }

  @Override
  public Denoiser open() {
    return new MixtureDenoiser(law(), reverse());
  }

  @Override
  public boolean differentiable() {
    return true;
  }
}
