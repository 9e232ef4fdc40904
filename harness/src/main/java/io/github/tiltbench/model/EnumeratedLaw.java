package io.github.tiltbench.model;

import java.util.Arrays;

/**
 * Any law over few enough sequences to list them.
 *
 * @param length tokens a sequence
 * @param vocabulary number of tokens
 * @param weights unnormalised probability of each sequence, the last position fastest
 */
public record EnumeratedLaw(int length, int vocabulary, double[] weights) implements TokenLaw {
  /** The most sequences that are listed. */
  private static final long MOST = 1 << 20;

  /** Refuses a table of the wrong size, too large, negative or without mass. */
  public EnumeratedLaw {
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1");
    }
    if (vocabulary < 1) {
      throw new IllegalArgumentException("vocabulary must be at least 1");
    }
    double sequences = Math.pow(vocabulary, length);
    if (sequences > MOST) {
      throw new IllegalArgumentException("length and vocabulary give more than 2^20 sequences");
    }
    if (weights.length != (long) sequences) {
      throw new IllegalArgumentException(
          "weights must list " + (long) sequences + " sequences but lists " + weights.length);
    }
    if (Arrays.stream(weights).anyMatch(w -> !(w >= 0 && w < Double.POSITIVE_INFINITY))
        || !(Arrays.stream(weights).sum() > 0)) {
      throw new IllegalArgumentException("weights must be finite, at least 0 and not all 0");
    }
  }

  /** The tokens of the sequence at an index of {@link #weights}. */
  public int[] sequence(int index) {
    int[] tokens = new int[length];
    for (int i = length - 1; i >= 0; i--) {
      tokens[i] = index % vocabulary;
      index /= vocabulary;
    }
    return tokens;
  }

  @Override
  public double[][] conditionals(int[] tokens) {
    double[][] sum = new double[length][vocabulary];
    double total = 0;
    for (int s = 0; s < weights.length; s++) {
      int[] sequence = sequence(s);
      if (agrees(sequence, tokens)) {
        total += weights[s];
        for (int i = 0; i < length; i++) {
          sum[i][sequence[i]] += weights[s];
        }
      }
    }
    if (!(total > 0)) {
      throw new IllegalArgumentException("the revealed tokens have probability zero");
    }
    double all = total;
    return Arrays.stream(sum)
        .map(row -> Arrays.stream(row).map(p -> p / all).toArray())
        .toArray(double[][]::new);
  }

  private boolean agrees(int[] sequence, int[] tokens) {
    for (int i = 0; i < length; i++) {
      if (tokens[i] != vocabulary && tokens[i] != sequence[i]) {
        return false;
      }
    }
    return true;
  }
}
