package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;

/**
 * {@code kind: enumerated}: any law over few sequences, listed one by one, unmasked by its exact
 * conditionals.
 *
 * @param length tokens a sequence
 * @param vocabulary number of tokens
 * @param weights unnormalised probability of each sequence, the last position fastest
 * @param process the chain of unmasking steps
 */
public record Enumerated(int length, int vocabulary, double[] weights, ProcessSpec.Masked process)
    implements ModelSpec {
  /** Checks that the table is a law. */
  public Enumerated {
    new EnumeratedLaw(length, vocabulary, weights);
  }

  private EnumeratedLaw law() {
    return new EnumeratedLaw(length, vocabulary, weights);
  }

  @Override
  public StateSpace.Sequence space() {
    return TokenModels.space(law());
  }

  @Override
  public ReverseProcess reverse() {
    return process.over(space());
  }

  @Override
  public Denoiser open() {
    return TokenModels.denoiser(law());
  }
}
