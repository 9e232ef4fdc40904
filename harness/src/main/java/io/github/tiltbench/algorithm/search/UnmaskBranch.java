package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.random.Uniforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The children of a partly masked sequence: at a masked position the tokens that its prediction
 * puts first.
 *
 * @param width tokens a position
 * @param draws whether tokens are drawn without replacement by their probability, not ranked by it
 * @param mass tokens beyond the likeliest that hold this much are no candidates; 1 keeps all
 */
record UnmaskBranch(int width, boolean draws, double mass) {
  /** Difference of log-probabilities under which two tokens are as likely. */
  private static final double TIE = 1e-12;

  /**
   * A token at a position.
   *
   * @param log its log-probability
   */
  record Child(int position, int token, double log) {}

  /**
   * The children at a position, the first in order first: at most {@code width}, fewer where fewer
   * tokens are possible.
   *
   * @param log log-probabilities of the tokens at the position
   * @param u one uniform a token, read only if tokens are drawn
   */
  List<Child> children(int position, double[] log, Uniforms u) {
    boolean[] open = nucleus(log);
    double[] key = log;
    if (draws) {
      double[] uniform = u.first(log.length);
      key = new double[log.length];
      for (int v = 0; v < log.length; v++) {
        key[v] = log[v] + gumbel(uniform[v]);
      }
    }
    List<Child> children = new ArrayList<>();
    for (int next = best(key, open); children.size() < width && next >= 0; ) {
      children.add(new Child(position, next, log[next]));
      open[next] = false;
      next = best(key, open);
    }
    return children;
  }

  /** A standard Gumbel variable of a uniform. */
  static double gumbel(double u) {
    return -Math.log(-Math.log(u));
  }

  /** The largest of the open keys, the lowest id among equals; -1 if none is possible. */
  private static int best(double[] key, boolean[] open) {
    int best = -1;
    for (int v = 0; v < key.length; v++) {
      if (open[v] && (best < 0 || key[v] > key[best] + TIE)) {
        best = v;
      }
    }
    return best;
  }

  /** The tokens that may be children. */
  private boolean[] nucleus(double[] log) {
    boolean[] open = new boolean[log.length];
    if (mass == 1) {
      for (int v = 0; v < log.length; v++) {
        open[v] = log[v] > Double.NEGATIVE_INFINITY;
      }
      return open;
    }
    Integer[] ranked = IntStream.range(0, log.length).boxed().toArray(Integer[]::new);
    Arrays.sort(ranked, Comparator.comparingDouble(v -> -log[v]));
    double sum = 0;
    for (int i = 0; i < ranked.length && sum < mass; i++) {
      open[ranked[i]] = log[ranked[i]] > Double.NEGATIVE_INFINITY;
      sum += Math.exp(log[ranked[i]]);
    }
    return open;
  }

  /** Where children branch off. */
  @FunctionalInterface
  interface Positions {
    /**
     * Different masked positions of a parent, in order.
     *
     * @param parent its rank in the frontier
     * @param row of its prediction
     * @param masks its masked positions
     * @param count how many, at most all
     */
    int[] first(int parent, Prediction.Logits logits, int row, int[] masks, int count);
  }

  /** Positions drawn uniformly, without replacement. */
  static int[] drawn(int[] masks, int count, Uniforms u) {
    int[] left = masks.clone();
    for (int i = 0; i < count; i++) {
      int at = i + (int) (u.at(i) * (left.length - i));
      int drawn = left[at];
      left[at] = left[i];
      left[i] = drawn;
    }
    return Arrays.copyOf(left, count);
  }

  /** The positions of the lowest entropy, or of the likeliest token; the first among equals. */
  static int[] surest(boolean entropy, Prediction.Logits logits, int row, int[] masks, int count) {
    double[] log = new double[logits.space().tokens()];
    double[] doubt = new double[logits.space().length()];
    for (int position : masks) {
      logits.read(row, position, log);
      double value = entropy ? entropy(log) : -Arrays.stream(log).max().orElseThrow();
      doubt[position] = Candidate.rounded(value);
    }
    return Arrays.stream(masks)
        .boxed()
        .sorted(Comparator.comparingDouble(position -> doubt[position]))
        .mapToInt(position -> position)
        .limit(count)
        .toArray();
  }

  /** The entropy of a position's law in nats. */
  static double entropy(double[] log) {
    double entropy = 0;
    for (double l : log) {
      entropy -= l > Double.NEGATIVE_INFINITY ? Math.exp(l) * l : 0;
    }
    return entropy;
  }
}
