package io.github.tiltbench.diffusion;

/** How a prediction becomes a clean state that a verifier can score. */
public enum Decoding {
  /** The posterior mean, clipped as the process clips; for tokens the mode at each position. */
  POSTERIOR_MEAN,
  /** One draw from the prediction, positions independent; tokens only. */
  SAMPLE
}
