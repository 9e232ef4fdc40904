package io.github.tiltbench.model.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Interpolated n-grams with absolute discounting over continuation counts: the bar that a model of
 * sequences is measured by.
 *
 * <p>The longest contexts count how often a token follows; shorter ones count after how many
 * different tokens it does. Below the shortest all tokens are alike. Source: Kneser and Ney 1995;
 * the interpolated form of Chen and Goodman 1999.
 */
final class Ngrams {
  private static final double DISCOUNT = 0.75;

  private final int order;
  private final int tokens;
  private final List<Map<List<Integer>, Map<Integer, Integer>>> counts;

  /**
   * Counts.
   *
   * @param training sequences without their ends
   * @param order tokens of an n-gram
   * @param tokens of the vocabulary; the last is the end
   */
  Ngrams(List<int[]> training, int order, int tokens) {
    this.order = order;
    this.tokens = tokens;
    this.counts = IntStream.range(0, order).mapToObj(n -> empty()).toList();
    for (int[] sequence : training) {
      List<Integer> padded = padded(sequence);
      for (int i = order - 1; i < padded.size(); i++) {
        count(order - 1, padded.subList(i - order + 1, i), padded.get(i));
      }
    }
    for (int n = order - 1; n > 0; n--) {
      int length = n;
      int shorter = n - 1;
      counts
          .get(n)
          .forEach(
              (context, next) ->
                  next.keySet().forEach(t -> count(shorter, context.subList(1, length), t)));
    }
  }

  private static Map<List<Integer>, Map<Integer, Integer>> empty() {
    return new HashMap<>();
  }

  private void count(int length, List<Integer> context, int token) {
    counts
        .get(length)
        .computeIfAbsent(List.copyOf(context), c -> new HashMap<>())
        .merge(token, 1, Integer::sum);
  }

  /** The tokens between as many beginnings as a context is long and one end. */
  private List<Integer> padded(int[] sequence) {
    int beginning = tokens;
    List<Integer> padded = new ArrayList<>(Collections.nCopies(order - 1, beginning));
    Arrays.stream(sequence).forEach(padded::add);
    padded.add(tokens - 1);
    return padded;
  }

  /** Minus the log-probability of a sequence and its end, in nats. */
  double nats(int[] sequence) {
    List<Integer> padded = padded(sequence);
    double nats = 0;
    for (int i = order - 1; i < padded.size(); i++) {
      nats -= Math.log(probability(padded.subList(i - order + 1, i), padded.get(i)));
    }
    return nats;
  }

  /**
   * The probability of a token.
   *
   * @param context as many tokens as an n-gram has before its last
   */
  double probability(List<Integer> context, int token) {
    double p = 1.0 / tokens;
    for (int n = 0; n < order; n++) {
      Map<Integer, Integer> next = counts.get(n).get(context.subList(order - 1 - n, order - 1));
      if (next != null) {
        double total = next.values().stream().mapToInt(c -> c).sum();
        double seen = Math.max(0, next.getOrDefault(token, 0) - DISCOUNT);
        p = (seen + DISCOUNT * next.size() * p) / total;
      }
    }
    return p;
  }
}
