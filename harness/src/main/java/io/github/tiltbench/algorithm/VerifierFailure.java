package io.github.tiltbench.algorithm;

/**
 * A verifier answered something that is not one score below plus infinity a row; fails the trial by
 * name.
 */
public final class VerifierFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what was answered. */
  public VerifierFailure(String message) {
    super(message);
  }
}
