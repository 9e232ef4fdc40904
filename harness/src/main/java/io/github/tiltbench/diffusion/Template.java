package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;

/**
 * Where a masked chain starts: tokens that stand from the start, masks at the free positions.
 *
 * @param space where the states live
 * @param tokens one sequence
 */
public record Template(StateSpace.Sequence space, int[] tokens) {
  /** Refuses another length, tokens that are none, and a sequence without a free position. */
  public Template {
    if (tokens.length != space.length()) {
      throw new IllegalArgumentException(
          "a template has " + space.length() + " positions, not " + tokens.length);
    }
    for (int token : tokens) {
      if (token < 0 || token > space.mask()) {
        throw new IllegalArgumentException("no token has the id " + token);
      }
    }
    if (Arrays.stream(tokens).noneMatch(token -> token == space.mask())) {
      throw new IllegalArgumentException("no position of the template is free");
    }
    tokens = tokens.clone();
  }

  /** All positions free. */
  public static Template open(StateSpace.Sequence space) {
    int[] masks = new int[space.length()];
    Arrays.fill(masks, space.mask());
    return new Template(space, masks);
  }

  /**
   * A text at the beginning, another at the end and free positions between.
   *
   * @throws IllegalArgumentException in one line if the vocabulary cannot spell them, or they leave
   *     no position free
   */
  public static Template of(StateSpace.Sequence space, String begin, String end) {
    int[] first = begin.isBlank() ? new int[0] : space.vocabulary().tokens(begin);
    int[] last = end.isBlank() ? new int[0] : space.vocabulary().tokens(end);
    return of(space, first, last);
  }

  /**
   * Tokens at the beginning, others at the end and free positions between.
   *
   * @throws IllegalArgumentException if they leave no position free
   */
  public static Template of(StateSpace.Sequence space, int[] first, int[] last) {
    int fixed = first.length + last.length;
    if (fixed >= space.length()) {
      throw new IllegalArgumentException(
          "the fixed text has "
              + fixed
              + " tokens, which leaves none of "
              + space.length()
              + " positions free");
    }
    int[] tokens = open(space).tokens;
    System.arraycopy(first, 0, tokens, 0, first.length);
    System.arraycopy(last, 0, tokens, tokens.length - last.length, last.length);
    return new Template(space, tokens);
  }

  /** Whether a position is masked at the start. */
  public boolean free(int position) {
    return tokens[position] == space.mask();
  }

  /** Number of free positions. */
  public int free() {
    return (int) Arrays.stream(tokens).filter(token -> token == space.mask()).count();
  }

  /** Number of positions before the first free one: what of a sample is the prompt. */
  public int prefix() {
    int position = 0;
    while (!free(position)) {
      position++;
    }
    return position;
  }

  /** As many sequences, all at the start. */
  Batch.Tokens rows(int count) {
    int[] rows = new int[count * tokens.length];
    for (int row = 0; row < count; row++) {
      System.arraycopy(tokens, 0, rows, row * tokens.length, tokens.length);
    }
    return new Batch.Tokens(rows, tokens.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Template t && space.equals(t.space) && Arrays.equals(tokens, t.tokens);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens);
  }

  /** States whose free tokens are masked, each with a probability. */
  Batch.Tokens masked(Batch.Tokens x, double probability, Noise noise) {
    int[] tokens = x.data().clone();
    double[] u = Arena.doubles(tokens.length);
    noise.uniforms(x.size(), u);
    for (int i = 0; i < tokens.length; i++) {
      if (u[i] < probability && free(i % space.length())) {
        tokens[i] = space.mask();
      }
    }
    return new Batch.Tokens(tokens, space.length());
  }
}
