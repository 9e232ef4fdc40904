package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;

/**
 * {@code kind: markov-chain}: sequences from a Markov chain, unmasked by its exact conditionals.
 *
 * @param length tokens a sequence
 * @param initial law of the first token
 * @param transition law of the next token, one row a token
 * @param process the chain of unmasking steps
 */
public record MarkovChain(
    int length, double[] initial, double[][] transition, ProcessSpec.Masked process)
    implements ModelSpec {
  /** Checks that the rows are distributions. */
  public MarkovChain {
    new MarkovLaw(length, initial, transition);
  }

  private MarkovLaw law() {
    return new MarkovLaw(length, initial, transition);
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
