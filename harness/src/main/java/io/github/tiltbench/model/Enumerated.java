package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.ProcessSpec;

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
    implements TokenModel {
  /** Checks that the table is a law. */
  public Enumerated {
    new EnumeratedLaw(length, vocabulary, weights);
  }

  /** The law of the data. */
  @Override
  public EnumeratedLaw law() {
    return new EnumeratedLaw(length, vocabulary, weights);
  }
}
