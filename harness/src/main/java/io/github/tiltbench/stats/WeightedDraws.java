package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The values of one trial with weights that sum to one. */
public final class WeightedDraws {
  private final double[] values;
  private final double[] weights;

  private WeightedDraws(double[] values, double[] weights) {
    this.values = values;
    this.weights = weights;
  }

  /** Equally weighted values; finite, at least one. */
  public static WeightedDraws of(double... values) {
    double[] weights = new double[Finite.require(values).length];
    Arrays.fill(weights, 1.0 / values.length);
    return new WeightedDraws(values.clone(), weights);
  }

  /**
   * Weighted values.
   *
   * @param values finite, at least one
   * @param weights as many, finite, none negative, not all zero, of any scale
   */
  public static WeightedDraws weighted(double[] values, double[] weights) {
    if (values.length != weights.length) {
      throw new IllegalArgumentException(values.length + " values, " + weights.length + " weights");
    }
    HarrellDavis.effectiveSize(weights);
    double total = Arrays.stream(weights).sum();
    return new WeightedDraws(
        Finite.require(values).clone(), Arrays.stream(weights).map(w -> w / total).toArray());
  }

  /** The values of several trials as those of one, each trial with an equal share. */
  static WeightedDraws pooled(List<WeightedDraws> trials) {
    return new WeightedDraws(
        trials.stream().flatMapToDouble(t -> Arrays.stream(t.values)).toArray(),
        trials.stream()
            .flatMapToDouble(t -> Arrays.stream(t.weights).map(w -> w / trials.size()))
            .toArray());
  }

  /** Number of values. */
  public int size() {
    return values.length;
  }

  /** Value {@code i}. */
  public double value(int i) {
    return values[i];
  }

  /** Weight {@code i}; all of them sum to one. */
  public double weight(int i) {
    return weights[i];
  }

  /** The weighted mean. */
  public double mean() {
    return IntStream.range(0, size()).mapToDouble(i -> weights[i] * values[i]).sum();
  }

  /** The weighted mean of squared distances from a centre. */
  double squaresAbout(double centre) {
    return IntStream.range(0, size())
        .mapToDouble(i -> weights[i] * (values[i] - centre) * (values[i] - centre))
        .sum();
  }

  /** Whether every value is the given one. */
  boolean all(double value) {
    return Arrays.stream(values).allMatch(v -> v == value);
  }

  /** The weight of the values that do not exceed a bound. */
  double shareUpTo(double bound) {
    return IntStream.range(0, size())
        .filter(i -> values[i] <= bound)
        .mapToDouble(this::weight)
        .sum();
  }

  /**
   * The probability that a draw from these exceeds one from the others, ties counting half.
   *
   * @param others in any order
   */
  double beats(WeightedDraws others) {
    int[] theirs = HarrellDavis.order(others.values);
    double won = 0;
    double below = 0;
    double upTo = 0;
    int next = 0;
    int last = 0;
    for (int i : HarrellDavis.order(values)) {
      while (next < theirs.length && others.values[theirs[next]] < values[i]) {
        below += others.weights[theirs[next++]];
      }
      while (last < theirs.length && others.values[theirs[last]] <= values[i]) {
        upTo += others.weights[theirs[last++]];
      }
      won += weights[i] * (below + upTo) / 2;
    }
    return Math.min(1, won);
  }
}
