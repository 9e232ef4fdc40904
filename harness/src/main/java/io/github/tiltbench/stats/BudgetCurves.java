package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Means along the budget, on the same units at every budget: a band that holds for the whole curve,
 * and the point at which more compute made it worse.
 */
public final class BudgetCurves {
  private BudgetCurves() {}

  /** The outcome of looking for a turning point. */
  public sealed interface Turning {
    /**
     * The first budget at which the mean is below an earlier one for certain.
     *
     * @param peak index of the earlier budget, that with the largest mean of those
     * @param at index of the budget
     * @param change the mean at it minus that at the peak, holding for all pairs of budgets at once
     */
    record At(int peak, int at, Estimate.Interval change) implements Turning {}

    /** No decline is shown by the data, which does not mean that there is none. */
    record None(int n) implements Turning {}

    /** The data cannot show any. */
    record Refused(String reason, int n) implements Turning {}
  }

  /**
   * The mean at each budget, with intervals that hold for all budgets at once.
   *
   * @param curve a cell for every budget
   */
  public static List<Estimate> band(Matched curve, Confidence c) {
    return jointly(
        curve,
        (panel, scale) -> scale.out(new MaxT(panel.means(), panel.replicates(c), panel, c).band()),
        r -> curve.cells().stream().<Estimate>map(cell -> r).toList());
  }

  /**
   * The turning point of a score that the search is not guided by: the first budget whose mean is
   * below the largest one before it.
   *
   * <p>Differences of all pairs of budgets have simultaneous intervals, so that taking the largest
   * mean so far needs no further allowance; where no budget is worse than an earlier one, a turn is
   * reported with probability {@code (1 - level) / 2} at most.
   *
   * @param curve a cell for every budget, ascending; larger is better
   */
  public static Turning turning(Matched curve, Confidence c) {
    if (curve.cells().size() < 2) {
      throw new IllegalArgumentException("a curve has 2 budgets at least");
    }
    return jointly(
        curve,
        (panel, scale) -> turning(panel, scale, c),
        r -> new Turning.Refused(r.reason(), r.n()));
  }

  private static Turning turning(JointMeans panel, Scale scale, Confidence c) {
    List<Simultaneous.Pair> pairs = new ArrayList<>();
    for (int at = 1; at < panel.width(); at++) {
      for (int before = 0; before < at; before++) {
        pairs.add(new Simultaneous.Pair(at, before));
      }
    }
    double[] means = panel.means();
    List<Estimate> band = scale.out(Simultaneous.differences(panel, pairs, c));
    for (int at = 1; at < means.length; at++) {
      int peak = peak(means, at);
      if (band.get(at * (at - 1) / 2 + peak) instanceof Estimate.Interval i && i.high() < 0) {
        return new Turning.At(peak, at, i);
      }
    }
    return new Turning.None(panel.n());
  }

  private static int peak(double[] means, int before) {
    int peak = 0;
    for (int i = 1; i < before; i++) {
      peak = means[i] > means[peak] ? i : peak;
    }
    return peak;
  }

  /** What a panel of the trials' means, in their scale, gives, or what a refusal does. */
  static <T> T jointly(
      Matched cells,
      BiFunction<JointMeans, Scale, T> result,
      Function<Estimate.Refused, T> refused) {
    Optional<Estimate.Refused> meanless = cells.meanless();
    if (meanless.isPresent()) {
      return refused.apply(meanless.get());
    }
    Scale scale = Scale.of(cells.cells());
    double[][][] values = scale.in(cells).means();
    return JointMeans.refusal(values, "a joint interval")
        .map(refused)
        .orElseGet(() -> result.apply(JointMeans.of(values), scale));
  }
}
