package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How much compute a reward costs: the budget at which a curve of means first reaches a target, and
 * ratios of such budgets.
 *
 * <p>A curve is read linearly in the logarithm of the budget between tested budgets, and nowhere
 * else: a number that leaves the tested range, or whose interval does, is refused. Intervals are
 * percentile intervals over joint resamples of the units; a resample that leaves the range counts
 * as lying beyond its end.
 */
public final class TargetBudget {
  /** Stands in for the logarithm of a budget beyond the tested range. */
  private static final double FAR = 1e9;

  private static final double BEYOND = 1e3;

  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private TargetBudget() {}

  /**
   * The budget at which the mean first reaches a target.
   *
   * @param curve a cell for every budget
   * @param budgets ascending, positive, at least two
   */
  public static Estimate budget(Matched curve, double[] budgets, double target, Confidence c) {
    check(budgets, curve.cells().size());
    return estimate(curve, m -> crossing(m, 0, budgets, target), TargetBudget::side, c);
  }

  /**
   * How many times the compute an algorithm needs to match another one at one of its budgets.
   *
   * @param cells the algorithm's at every budget, then the other one's at its budget
   * @param budgets of the algorithm, ascending, positive, at least two
   * @param other budget of the other one
   */
  public static Estimate match(Matched cells, double[] budgets, double other, Confidence c) {
    int last = cells.cells().size() - 1;
    check(budgets, last);
    if (!(other > 0)) {
      throw new IllegalArgumentException("a budget must be positive, not " + other);
    }
    return estimate(
        cells, m -> crossing(m, 0, budgets, m[last]) - Math.log(other), TargetBudget::side, c);
  }

  /**
   * How many times the compute the second algorithm needs for a target, against the first.
   *
   * @param cells the first one's at each of its budgets, then the second one's
   * @param first budgets, ascending, positive, at least two
   * @param second budgets, likewise
   */
  public static Estimate speedUp(
      Matched cells, double[] first, double[] second, double target, Confidence c) {
    check(first, cells.cells().size() - second.length);
    check(second, cells.cells().size() - first.length);
    return estimate(
        cells,
        m -> crossing(m, first.length, second, target) - crossing(m, 0, first, target),
        v -> "one of the curves does not pass this mean within its tested budgets",
        c);
  }

  /** Refuses what is no axis of budgets. */
  static void check(double[] budgets, int cells) {
    Finite.require(budgets);
    boolean ascending =
        IntStream.range(1, budgets.length).allMatch(i -> budgets[i] > budgets[i - 1]);
    if (budgets.length < 2 || budgets.length != cells || budgets[0] <= 0 || !ascending) {
      throw new IllegalArgumentException(
          cells + " cells do not belong to the budgets " + Arrays.toString(budgets));
    }
  }

  /** The log of the budget; infinite with the sign of the side on which the range is left. */
  private static double crossing(double[] means, int from, double[] budgets, double target) {
    if (means[from] >= target) {
      return means[from] == target ? Math.log(budgets[0]) : Double.NEGATIVE_INFINITY;
    }
    for (int i = 1; i < budgets.length; i++) {
      double low = means[from + i - 1];
      double high = means[from + i];
      if (high >= target) {
        double share = (target - low) / (high - low);
        return Math.log(budgets[i - 1]) + share * Math.log(budgets[i] / budgets[i - 1]);
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** On which side one curve leaves its tested budgets. */
  private static String side(double log) {
    return log > 0
        ? "even the largest tested budget does not reach this mean"
        : "the smallest tested budget has passed this mean already";
  }

  private static Estimate estimate(
      Matched cells, ToDoubleFunction<double[]> log, DoubleFunction<String> beyond, Confidence c) {
    return BudgetCurves.jointly(cells, panel -> estimate(panel, log, beyond, c), r -> r);
  }

  private static Estimate estimate(
      JointMeans panel,
      ToDoubleFunction<double[]> log,
      DoubleFunction<String> beyond,
      Confidence c) {
    double value = log.applyAsDouble(panel.means());
    if (!Double.isFinite(value)) {
      return new Estimate.Refused(beyond.apply(value), panel.n());
    }
    double[] stars = Arrays.stream(panel.replicates(c)).mapToDouble(log).toArray();
    double upper = NORMAL.cumulativeProbability(panel.reach(c));
    double low = Quantiles.type6(placed(stars, -FAR), 1 - upper);
    double high = Quantiles.type6(placed(stars, FAR), upper);
    if (Math.max(-low, high) > BEYOND) {
      long out = Arrays.stream(stars).filter(s -> !Double.isFinite(s)).count();
      return new Estimate.Refused(
          String.format(
              Locale.ROOT,
              "about %.3g, but without an interval: %.2g %% of the resamples leave the tested"
                  + " budgets",
              Math.exp(value),
              100.0 * out / stars.length),
          panel.n());
    }
    return low == high
        ? new Estimate.Refused("no spread: all resamples give the same value", panel.n())
        : new Estimate.Interval(
            Math.exp(value),
            Math.exp(low),
            Math.exp(high),
            c.level(),
            "log-linear interpolation, bootstrap, " + panel.unit(),
            panel.n());
  }

  /** Infinities as far numbers; the difference of two of them may be anywhere, so at the worst. */
  private static double[] placed(double[] logs, double worst) {
    return Arrays.stream(logs)
        .map(v -> Double.isNaN(v) ? worst : Math.max(-FAR, Math.min(FAR, v)))
        .toArray();
  }
}
