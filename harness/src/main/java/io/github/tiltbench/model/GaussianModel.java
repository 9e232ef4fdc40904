package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;

/**
 * A model of data from a mixture of Gaussians, one or more: it has an exact posterior mean and its
 * derivative.
 */
public interface GaussianModel extends ModelSpec {
  /** The law of the data. */
  GaussianMixtureLaw law();

  /** The chain. */
  ProcessSpec.Gaussian process();

  @Override
  default StateSpace.Euclidean space() {
    return law().space();
  }

  @Override
  default GaussianProcess reverse() {
    return process().over(space());
  }

  @Override
  default Denoiser open() {
    return new GaussianMixtureDenoiser(law(), reverse());
  }

  @Override
  default boolean differentiable() {
    return true;
  }
}
