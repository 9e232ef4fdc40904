package io.github.tiltbench.diffusion;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens that sequences are made of: what each id stands for, and the texts they spell.
 *
 * @param texts by id; the mask is no token and has none
 * @param detokenizer how tokens become a text, and a text tokens
 */
public record Vocabulary(List<String> texts, Detokenizer detokenizer) {
  /** Refuses a vocabulary without tokens. */
  public Vocabulary {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("a vocabulary needs at least one token");
    }
    texts = List.copyOf(texts);
  }

  /** Tokens that are words. */
  public Vocabulary(List<String> texts) {
    this(texts, Detokenizer.Words.PLAIN);
  }

  /** Tokens that stand for nothing but their ids. */
  public static Vocabulary ids(int size) {
    return new Vocabulary(IntStream.range(0, size).mapToObj(Integer::toString).toList());
  }

  /** Number of tokens. */
  public int size() {
    return texts.size();
  }

  /** What a token stands for. */
  public String text(int token) {
    return texts.get(token);
  }

  /** What a sequence of tokens says, masks as {@value Detokenizer#MASK}. */
  public String text(int[] tokens) {
    return detokenizer.text(this, tokens);
  }

  /**
   * The tokens that spell a text.
   *
   * @throws IllegalArgumentException in one line if there are none
   */
  public int[] tokens(String text) {
    return detokenizer.tokens(this, text);
  }
}
