package io.github.tiltbench.diffusion;

/** Which variance an ancestral step of DDPM has. */
public enum VarianceType {
  /** That of the posterior given the clean state. */
  FIXED_SMALL,
  /** The same, its root taken by way of a logarithm; read as {@link #FIXED_SMALL}. */
  FIXED_SMALL_LOG,
  /** That of the forward step. */
  FIXED_LARGE,
  /** The logarithm of that, which no step of DDPM can draw. */
  FIXED_LARGE_LOG,
  /** What the network puts out; there is no such network here. */
  LEARNED,
  /** A mean of the fixed ones that the network weighs; there is no such network here. */
  LEARNED_RANGE;

  /** Whether a step of DDPM can be drawn with it here. */
  boolean fixed() {
    return this == FIXED_SMALL || this == FIXED_LARGE;
  }
}
