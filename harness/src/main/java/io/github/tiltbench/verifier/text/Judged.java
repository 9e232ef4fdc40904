package io.github.tiltbench.verifier.text;

/** Which part of a sample is judged. */
public enum Judged {
  /** Prompt and all. */
  ALL,

  /** What the model wrote after the prompt. */
  CONTINUATION
}
