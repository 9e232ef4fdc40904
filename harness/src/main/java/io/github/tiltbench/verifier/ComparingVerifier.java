package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.particle.Readings;
import java.util.Optional;

/**
 * A verifier that needs more than a sample to have an opinion of it: other candidates, or the clean
 * estimate on the way to it.
 */
public interface ComparingVerifier extends Verifier {
  /**
   * What it reads of candidates, one row each.
   *
   * @param clean clean states
   * @param estimate the clean estimate on the way to each, if its {@link VerifierSpec#estimate}
   *     asks for it
   * @param condition what each row was asked to be
   */
  Readings read(Batch clean, Optional<Batch.Reals> estimate, Condition[] condition);

  /** The scores of these states as one set. */
  @Override
  default double[] score(Batch clean, Condition[] condition) {
    return read(clean, Optional.empty(), condition).scores();
  }
}
