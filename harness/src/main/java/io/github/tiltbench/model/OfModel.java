package io.github.tiltbench.model;

import io.github.tiltbench.verifier.VerifierSpec;

/** A verifier that judges samples by the model that they come from; it guides nothing. */
public interface OfModel extends VerifierSpec {
  /** The verifier of one model's samples. */
  VerifierSpec of(ModelSpec model);
}
