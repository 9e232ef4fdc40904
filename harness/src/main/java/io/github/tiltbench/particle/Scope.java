package io.github.tiltbench.particle;

/** What a verifier's opinion of a sample depends on beside that sample. */
public enum Scope {
  /** Nothing: a score belongs to the sample, wherever it stands. */
  POINT,
  /** The candidates that it stands among. */
  SET,
  /** All samples that a trial returns. */
  POPULATION
}
