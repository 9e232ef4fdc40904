package io.github.tiltbench.metric.law;

/** What the samples of a cell should follow, or why that is not known. */
public sealed interface LawTarget permits Law, LawTarget.Unknown {
  /**
   * No law.
   *
   * @param reason in words
   */
  record Unknown(String reason) implements LawTarget {}
}
