package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How much compute a reward costs: the budget at which a curve of means first reaches the mean of
 * another cell, over that cell's budget.
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
    return BudgetCurves.jointly(
        cells,
        (panel, scale) -> estimate(panel, m -> reached(m, budgets) - Math.log(other), c),
        r -> r);
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

  /**
   * The log of the budget at which the means reach the last of them, which is not on the curve;
   * infinite with the sign of the side on which the range is left.
   */
  private static double reached(double[] means, double[] budgets) {
    double target = means[budgets.length];
    if (means[0] >= target) {
      return means[0] == target ? Math.log(budgets[0]) : Double.NEGATIVE_INFINITY;
    }
    for (int i = 1; i < budgets.length; i++) {
      double low = means[i - 1];
      double high = means[i];
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

  private static Estimate estimate(JointMeans panel, ToDoubleFunction<double[]> log, Confidence c) {
    double value = log.applyAsDouble(panel.means());
    if (!Double.isFinite(value)) {
      return new Estimate.Refused(side(value), panel.n());
    }
    double[] stars = Arrays.stream(panel.replicates(c)).mapToDouble(log).toArray();
    double upper = NORMAL.cumulativeProbability(panel.reach(c));
    double[] placed = Arrays.stream(stars).map(v -> Math.max(-FAR, Math.min(FAR, v))).toArray();
    double low = Quantiles.type6(placed, 1 - upper);
    double high = Quantiles.type6(placed, upper);
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
}
