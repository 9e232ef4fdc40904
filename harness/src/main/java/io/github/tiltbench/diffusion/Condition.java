package io.github.tiltbench.diffusion;

/**
 * What a sample is asked to be: a class name or a text; a model may ignore it.
 *
 * @param text the prompt as the study writes it
 */
public record Condition(String text) {
  /** The condition of an unconditional model. */
  public static final Condition NONE = new Condition("-");
}
