package io.github.tiltbench.verifier.text;

import java.util.List;

/** A model of words by the two before them; found as a service, used by one thread at a time. */
public interface WordModel {
  /** The start of a sentence, where a history may begin. */
  String START = "<s>";

  /** The end of a sentence, a word of every vocabulary. */
  String END = "</s>";

  /** The most words that it looks at. */
  int ORDER = 3;

  /** Whether a word is in its vocabulary. */
  boolean knows(String word);

  /**
   * The log-probability of the last word after the others, in nats.
   *
   * @param words one to {@value #ORDER} that it knows
   */
  double logProbability(List<String> words);
}
