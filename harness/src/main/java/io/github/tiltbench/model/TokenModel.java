package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;

/** What models of sequences have in common: exact token conditionals. */
public interface TokenModel extends ModelSpec {
  /** The law of the data. */
  TokenLaw law();

  /** The chain of unmasking steps. */
  ProcessSpec.Masked process();

  @Override
  default StateSpace.Sequence space() {
    return law().space();
  }

  @Override
  default ReverseProcess reverse() {
    return process().over(space());
  }

  @Override
  default Denoiser open() {
    return law().denoiser();
  }
}
