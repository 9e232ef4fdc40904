package io.github.tiltbench.diffusion;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens that sequences are made of: what each id stands for.
 *
 * @param texts by id; the mask is no token and has none
 */
public record Vocabulary(List<String> texts) {
  /** Refuses a vocabulary without tokens. */
  public Vocabulary {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("a vocabulary needs at least one token");
    }
    texts = List.copyOf(texts);
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
}
