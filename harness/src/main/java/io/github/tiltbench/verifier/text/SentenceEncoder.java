package io.github.tiltbench.verifier.text;

/** What a sentence is about, as a direction; found as a service, used by one thread at a time. */
public interface SentenceEncoder extends AutoCloseable {
  /** A vector of length 1; of a text of more tokens than it can read, that of the first. */
  float[] embed(String text);

  @Override
  void close();
}
