package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;

/** What models of Gaussian data have in common: an exact posterior mean and its derivative. */
interface GaussianModel extends ModelSpec {
  /** The law of the data. */
  GaussianMixture law();

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
    return new MixtureDenoiser(law(), reverse());
  }

  @Override
  default boolean differentiable() {
    return true;
  }
}
