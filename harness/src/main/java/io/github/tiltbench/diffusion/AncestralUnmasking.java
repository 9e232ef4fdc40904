package io.github.tiltbench.diffusion;

/**
 * Ancestral sampling of masked diffusion on a uniform grid; see {@link MaskedProcess}.
 *
 * @param steps T
 */
public record AncestralUnmasking(int steps) implements ProcessSpec.Masked {
  /** Refuses a chain without steps. */
  public AncestralUnmasking {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1 but is " + steps);
    }
  }

  @Override
  public MaskedProcess from(Template template) {
    return new MaskedProcess(template, steps);
  }
}
