package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.ProcessSpec;

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
    implements TokenModel {
  /** Checks that the rows are distributions. */
  public MarkovChain {
    new MarkovLaw(length, initial, transition);
  }

  /** The law of the data. */
  @Override
  public MarkovLaw law() {
    return new MarkovLaw(length, initial, transition);
  }
}
