package io.github.tiltbench.diffusion;

/** Which variance an ancestral step of DDPM has. */
public enum VarianceType {
  /** That of the posterior given the clean state. */
  FIXED_SMALL,
  /** That of the forward step. */
  FIXED_LARGE
}
