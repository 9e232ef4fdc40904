package io.github.tiltbench.verifier.text;

/** Scores texts, one at a time; the same text has the same score, whatever came before it. */
public interface TextScorer extends AutoCloseable {
  /** Its score: finite, larger is better. */
  double score(String text);

  @Override
  default void close() {}
}
