package io.github.tiltbench.algorithm;

/** Whether an algorithm makes sense on a problem. */
public sealed interface Support {
  /** It does. */
  Support YES = new Yes();

  /** It does. */
  record Yes() implements Support {}

  /**
   * It does not: a named skip.
   *
   * @param reason one clause, lower case, without a full stop
   */
  record No(String reason) implements Support {}
}
