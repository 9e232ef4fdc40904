package io.github.tiltbench.verifier.text;

/**
 * The compound sentiment of a text by VADER, from -1 to 1.
 *
 * <p>It counts words, and its negation is shallow: "no further insult" is worse than "insult",
 * since "no" is itself a word with a negative valence, and "without a fault" is not praise. A text
 * without a word of the lexicon has exactly 0, so that many samples tie.
 *
 * @param of which part is judged
 */
public record Sentiment(Judged of) implements TextVerifierSpec {
  /** What rewards of text were published with. */
  public static final Sentiment DEFAULT = new Sentiment(Judged.CONTINUATION);

  @Override
  public TextScorer scorer() {
    return Vader::compound;
  }
}
