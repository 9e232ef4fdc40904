package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The values of one trial with weights that sum to one.
 *
 * <p>A value may be minus infinity, which stands for an inadmissible sample; values without weight
 * count for nothing, whatever they are.
 */
public final class WeightedDraws {
  private final double[] values;
  private final double[] weights;

  private WeightedDraws(double[] values, double[] weights) {
    this.values = values;
    this.weights = weights;
  }

  /** Equally weighted values; none NaN or plus infinity, at least one. */
  public static WeightedDraws of(double... values) {
    double[] weights = new double[Finite.requireScores(values).length];
    Arrays.fill(weights, 1.0 / values.length);
    return new WeightedDraws(values.clone(), weights);
  }

  /**
   * Weighted values.
   *
   * @param values none NaN or plus infinity, at least one
   * @param weights as many, finite, none negative, not all zero, of any scale
   */
  public static WeightedDraws weighted(double[] values, double[] weights) {
    if (values.length != weights.length) {
      throw new IllegalArgumentException(values.length + " values, " + weights.length + " weights");
    }
    HarrellDavis.effectiveSize(weights);
    double total = Arrays.stream(weights).sum();
    return new WeightedDraws(
        Finite.requireScores(values).clone(), Arrays.stream(weights).map(w -> w / total).toArray());
  }

  /** The values of several trials as those of one, each trial with an equal share. */
  static WeightedDraws pooled(List<WeightedDraws> trials) {
    return new WeightedDraws(
        trials.stream().flatMapToDouble(t -> Arrays.stream(t.values)).toArray(),
        trials.stream()
            .flatMapToDouble(t -> Arrays.stream(t.weights).map(w -> w / trials.size()))
            .toArray());
  }

  /** The values. */
  double[] values() {
    return values.clone();
  }

  /** Whether all weights are equal. */
  boolean equal() {
    return Means.flat(weights);
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

  /** The same weights on other values. */
  WeightedDraws map(DoubleUnaryOperator change) {
    return new WeightedDraws(Arrays.stream(values).map(change).toArray(), weights);
  }

  /** The weighted mean, exactly the value where there is only one. */
  public double mean() {
    if (all(values[0])) {
      return values[0];
    }
    Sums sums = new Sums();
    for (int i = 0; i < values.length; i++) {
      sums.add(share(i, values[i]));
    }
    return sums.total();
  }

  /** A value's part in a mean; without weight it has none, even if it is infinite. */
  private double share(int i, double value) {
    return weights[i] == 0 ? 0 : weights[i] * value;
  }

  /** Number of values with weight that are minus infinity. */
  int inadmissible() {
    int inadmissible = 0;
    for (int i = 0; i < values.length; i++) {
      inadmissible += weights[i] > 0 && values[i] == Double.NEGATIVE_INFINITY ? 1 : 0;
    }
    return inadmissible;
  }

  /** The weighted mean of squared distances from a centre. */
  double squaresAbout(double centre) {
    return IntStream.range(0, size())
        .mapToDouble(
            i -> weights[i] == 0 ? 0 : weights[i] * (values[i] - centre) * (values[i] - centre))
        .sum();
  }

  /** Whether every value is the given one. */
  boolean all(double value) {
    for (double v : values) {
      if (v != value) {
        return false;
      }
    }
    return true;
  }

  /** The weight of the values that do not exceed a bound. */
  double shareUpTo(double bound) {
    Sums sums = new Sums();
    for (int i = 0; i < values.length; i++) {
      if (values[i] <= bound) {
        sums.add(weights[i]);
      }
    }
    return sums.total();
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
