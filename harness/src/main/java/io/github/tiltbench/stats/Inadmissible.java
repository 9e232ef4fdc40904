package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Quantiles of cells in which some values are minus infinity: a finite value stands in for those,
 * and where it matters which one, there is no quantile.
 */
final class Inadmissible {
  /** How far an end may move with the stand-in, as a share of the interval. */
  private static final double MOVED = 0.01;

  private Inadmissible() {}

  /**
   * An estimate from quantiles of cells, with the smallest finite value as the stand-in; refused
   * where the estimate differs with one that is lower by the range of the values.
   */
  static Estimate estimate(
      List<TrialNumbers> cells, Function<List<TrialNumbers>, Estimate> estimate) {
    List<TrialNumbers> admitted = new ArrayList<>();
    for (TrialNumbers cell : cells) {
      Optional<TrialNumbers> replaced = replaced(cell, 0);
      if (replaced.isEmpty()) {
        return new Estimate.Refused("all values are -infinity", cell.n());
      }
      admitted.add(replaced.get());
    }
    Estimate near = estimate.apply(admitted);
    for (int k = 0; k < cells.size(); k++) {
      if (cells.get(k).meanless().isPresent() && near instanceof Estimate.Interval i) {
        List<TrialNumbers> other = new ArrayList<>(admitted);
        other.set(k, replaced(cells.get(k), 1).orElseThrow());
        if (!(estimate.apply(other) instanceof Estimate.Interval far) || moved(i, far)) {
          return new Estimate.Refused("too many values are -infinity for this quantile", i.n());
        }
      }
    }
    return near;
  }

  private static boolean moved(Estimate.Interval near, Estimate.Interval far) {
    double slack = MOVED * (near.high() - near.low());
    return Math.abs(near.low() - far.low()) > slack
        || Math.abs(near.value() - far.value()) > slack
        || Math.abs(near.high() - far.high()) > slack;
  }

  /**
   * A cell with its stand-in, so many ranges under the smallest finite value; empty without one.
   */
  private static Optional<TrialNumbers> replaced(TrialNumbers cell, int ranges) {
    double[] finite = Arrays.stream(cell.values()).filter(Double::isFinite).sorted().toArray();
    if (finite.length == cell.values().length) {
      return Optional.of(cell);
    }
    if (finite.length == 0) {
      return Optional.empty();
    }
    double least = finite[0];
    double range = Math.max(finite[finite.length - 1] / 2 - least / 2, Math.ulp(least));
    double standIn = Math.max(-Double.MAX_VALUE, least - ranges * range);
    return Optional.of(cell.map(v -> v == Double.NEGATIVE_INFINITY ? standIn : v));
  }
}
