package io.github.tiltbench.run;

/** A model gave numbers that are none. */
final class ModelFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelFailure(String message) {
    super(message);
  }
}
