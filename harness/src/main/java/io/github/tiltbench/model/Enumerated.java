package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.ProcessSpec;
import java.util.List;
import java.util.Optional;

/**
 * {@code kind: enumerated}: any law over few sequences, listed one by one, unmasked by its exact
 * conditionals.
 *
 * @param length tokens a sequence
 * @param vocabulary number of tokens
 * @param weights unnormalised probability of each sequence, the last position fastest
 * @param process the chain of unmasking steps
 * @param tokens what each token says, if prompts are to be the beginning of sequences
 * @param end a text at the end of every sequence
 */
public record Enumerated(
    int length,
    int vocabulary,
    double[] weights,
    ProcessSpec.Masked process,
    Optional<List<String>> tokens,
    Optional<String> end)
    implements TokenModel {
  /** Checks that the table is a law. */
  public Enumerated {
    TokenModel.check(new EnumeratedLaw(length, vocabulary, weights), tokens, end);
    tokens = tokens.map(List::copyOf);
  }

  /** The law of the data. */
  @Override
  public EnumeratedLaw law() {
    return new EnumeratedLaw(length, vocabulary, weights);
  }
}
