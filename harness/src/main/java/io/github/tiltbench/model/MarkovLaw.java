package io.github.tiltbench.model;

import java.util.Arrays;

/**
 * A Markov chain over tokens, conditioned by one forward and one backward pass.
 *
 * <p>Source: the forward-backward recursion; messages are scaled at each position.
 *
 * @param length tokens a sequence
 * @param initial law of the first token
 * @param transition law of the next token, one row a token
 */
public record MarkovLaw(int length, double[] initial, double[][] transition) implements TokenLaw {
  /** Refuses rows that are no distribution. */
  public MarkovLaw {
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1");
    }
    requireDistribution("initial", initial);
    if (transition.length != initial.length) {
      throw new IllegalArgumentException(
          "transition must have one row a token (" + initial.length + ")");
    }
    for (double[] row : transition) {
      requireDistribution("transition", row);
      if (row.length != initial.length) {
        throw new IllegalArgumentException("transition must be square");
      }
    }
  }

  static void requireDistribution(String name, double[] row) {
    double sum = Arrays.stream(row).sum();
    if (row.length == 0
        || Arrays.stream(row).anyMatch(p -> !(p >= 0))
        || !(Math.abs(sum - 1) < 1e-9)) {
      throw new IllegalArgumentException(
          name + " must hold probabilities that sum to 1 but sums to " + sum);
    }
  }

  @Override
  public int vocabulary() {
    return initial.length;
  }

  @Override
  public double[][] conditionals(int[] tokens) {
    int v = vocabulary();
    double[][] forward = new double[length][];
    for (int i = 0; i < length; i++) {
      double[] before = i == 0 ? initial : times(forward[i - 1], false);
      forward[i] = scaled(reveal(before, tokens[i]));
    }
    double[][] conditional = new double[length][];
    double[] backward = new double[v];
    Arrays.fill(backward, 1);
    for (int i = length - 1; i >= 0; i--) {
      double[] both = new double[v];
      for (int a = 0; a < v; a++) {
        both[a] = forward[i][a] * backward[a];
      }
      conditional[i] = scaled(both);
      backward = scaled(times(reveal(backward, tokens[i]), true));
    }
    return conditional;
  }

  /** The message one position on, or back if {@code transposed}. */
  private double[] times(double[] message, boolean transposed) {
    int v = vocabulary();
    double[] next = new double[v];
    for (int a = 0; a < v; a++) {
      for (int b = 0; b < v; b++) {
        next[b] += message[a] * (transposed ? transition[b][a] : transition[a][b]);
      }
    }
    return next;
  }

  private double[] reveal(double[] message, int token) {
    if (token == vocabulary()) {
      return message;
    }
    double[] only = new double[message.length];
    only[token] = message[token];
    return only;
  }

  private static double[] scaled(double[] message) {
    double sum = Arrays.stream(message).sum();
    if (!(sum > 0)) {
      throw new IllegalArgumentException("the revealed tokens have probability zero");
    }
    return Arrays.stream(message).map(m -> m / sum).toArray();
  }
}
