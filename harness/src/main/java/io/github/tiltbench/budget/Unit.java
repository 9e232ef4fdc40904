package io.github.tiltbench.budget;

import java.util.Locale;

/** What is counted. */
public enum Unit {
  /** Denoised particles. */
  NFE,
  /** Rows through the network: two an NFE under classifier-free guidance. */
  ROWS,
  /** Particles whose gradient was propagated back through the model; a verifier's own is not. */
  BACKWARD,
  /** States scored by the target verifier. */
  REWARD,
  /** Latents decoded by a verifier that scores the images they stand for. */
  DECODE,
  /** Forward-equivalents, NFE + 2 BACKWARD; derived, never charged by itself. */
  COMPUTE;

  /** The unit as study files and tables spell it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
