package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.ProcessSpec;
import java.util.List;
import java.util.Optional;

/**
 * {@code kind: markov-chain}: sequences from a Markov chain, unmasked by its exact conditionals.
 *
 * @param length tokens a sequence
 * @param initial law of the first token
 * @param transition law of the next token, one row a token
 * @param process the chain of unmasking steps
 * @param tokens what each token says, if prompts are to be the beginning of sequences
 * @param end a text at the end of every sequence
 */
public record MarkovChain(
    int length,
    double[] initial,
    double[][] transition,
    ProcessSpec.Masked process,
    Optional<List<String>> tokens,
    Optional<String> end)
    implements TokenModel {
  /** Checks that the rows are distributions. */
  public MarkovChain {
    TokenModel.check(new MarkovLaw(length, initial, transition), tokens, end);
    tokens = tokens.map(List::copyOf);
  }

  /** The law of the data. */
  @Override
  public MarkovLaw law() {
    return new MarkovLaw(length, initial, transition);
  }
}
