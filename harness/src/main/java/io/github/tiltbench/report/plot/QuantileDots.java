package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.Pool;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The rewards of each algorithm at the largest budget as 20 dots, each of which stands for a
 * twentieth of the samples by weight: the quantiles 2.5 %, 7.5 %, ..., 97.5 % (M. Kay, T. Kola, J.
 * R. Hullman and S. A. Munson, CHI 2016, 5092-5103). Under the dots the median with its interval.
 */
final class QuantileDots {
  private static final int DOTS = 20;
  private static final int BINS = 80;
  private static final double FLOOR = -0.22;
  private static final double CEILING = 0.45;
  private static final double RISE = 0.145;
  private static final double MEDIAN = -0.36;
  private static final double SIZE = 4.5;

  private final Task contest;
  private final List<Estimate> medians = new ArrayList<>();
  private final Methods methods = new Methods();
  private final Map<String, String> without = new LinkedHashMap<>();

  private QuantileDots(Task contest) {
    this.contest = contest;
  }

  /** The figure of a contest. */
  static Plot of(Results results, Task contest) {
    return new QuantileDots(contest).plot(results);
  }

  private Plot plot(Results results) {
    Map<String, double[]> dots = new LinkedHashMap<>();
    for (PlanFile.Row cell : contest.largest()) {
      Optional<Pool> pool = Pool.of(results.trials(cell), Trial::rewards);
      pool.ifPresentOrElse(
          p -> admissible(cell.label(), p).ifPresent(x -> dots.put(cell.label(), x)),
          () -> without.put(cell.label(), "no trial, or one whose weights are all zero"));
    }
    String what = "the rewards by " + contest.name();
    if (dots.isEmpty()) {
      return new Plot.Refused(
          what, "no algorithm has finished trials with weights and admissible samples");
    }
    List<String> rows = new ArrayList<>(dots.keySet());
    Collections.reverse(rows);
    double width = width(dots.values().stream().toList());
    int tallest = dots.values().stream().mapToInt(d -> tallest(d, width)).max().orElseThrow();
    double rise = Math.min(RISE, (CEILING - FLOOR) / Math.max(1, tallest - 1));
    List<Layer> layers = new ArrayList<>();
    dots.forEach(
        (label, x) -> {
          int row = rows.indexOf(label);
          int series = contest.series(label);
          layers.add(stack(series, x, row + FLOOR, width, rise));
          median(label).ifPresent(m -> layers.add(point(series, label, m, row + MEDIAN)));
        });
    return new Plot.Drawn(
        Chart.of(
            Captions.file("rewards", contest, "dots"),
            "Rewards of samples: " + contest.name(),
            caption(),
            "Twenty dots for each algorithm at the quantiles of its rewards "
                + Captions.largest(contest)
                + ", and its median with an interval",
            new Panel(
                "",
                Axis.linear("reward by " + contest.verifier()),
                Axis.categories("", rows),
                layers)));
  }

  /** The dots of samples whose reward is finite; empty where none is. */
  private Optional<double[]> admissible(String label, Pool pool) {
    double[] all = pool.quantiles(probabilities());
    double[] finite = Arrays.stream(all).filter(Double::isFinite).toArray();
    if (finite.length < DOTS) {
      without.put(DOTS - finite.length + " dots of " + label, "rewards of -infinity");
    }
    return Optional.of(finite).filter(x -> x.length > 0);
  }

  static double[] probabilities() {
    double[] p = new double[DOTS];
    Arrays.setAll(p, k -> (k + 0.5) / DOTS);
    return p;
  }

  /** How near dots are that stand on top of each other. */
  private static double width(List<double[]> all) {
    double low = all.stream().mapToDouble(d -> d[0]).min().orElseThrow();
    double high = all.stream().mapToDouble(d -> d[d.length - 1]).max().orElseThrow();
    return (high - low) / BINS;
  }

  /**
   * How many dots stand on each dot's place before it: a stack begins at the first that fits none.
   */
  private static int[] heights(double[] x, double width) {
    int[] heights = new int[x.length];
    double foot = x[0];
    for (int k = 1; k < x.length; k++) {
      boolean near = x[k] - foot <= width;
      heights[k] = near ? heights[k - 1] + 1 : 0;
      foot = near ? foot : x[k];
    }
    return heights;
  }

  private static int tallest(double[] x, double width) {
    return Arrays.stream(heights(x, width)).max().orElse(0) + 1;
  }

  /** The dots, those of a stack at their mean; the first ones may be missing. */
  private static Layer stack(int series, double[] x, double floor, double width, double rise) {
    int[] heights = heights(x, width);
    double[] y = new double[x.length];
    Arrays.setAll(y, k -> floor + rise * heights[k]);
    double[] at = new double[x.length];
    for (int foot = 0, next; foot < x.length; foot = next) {
      next = foot + 1;
      while (next < x.length && heights[next] > 0) {
        next++;
      }
      Arrays.fill(at, foot, next, Arrays.stream(x, foot, next).average().orElseThrow());
    }
    List<String> hover =
        IntStream.range(0, x.length)
            .mapToObj(
                k ->
                    Numbers.percent((2 * (DOTS - x.length + k) + 1) / (2.0 * DOTS))
                        + " of samples are at most "
                        + Numbers.short4(x[k]))
            .toList();
    return new Layer.Points("", series, at, y, Layer.Bars.NONE, hover, SIZE);
  }

  private Optional<Estimate.Interval> median(String label) {
    Optional<Estimate> median =
        contest.at(contest.largestBudget(), "q0.5").stream()
            .filter(r -> r.label().equals(label))
            .map(SummaryRow::estimate)
            .findFirst();
    median
        .filter(e -> e instanceof Estimate.Refused)
        .ifPresent(e -> without.put("median of " + label, ((Estimate.Refused) e).reason()));
    return median
        .filter(e -> e instanceof Estimate.Interval)
        .map(
            e -> {
              medians.add(e);
              methods.add("median", e);
              return (Estimate.Interval) e;
            });
  }

  private static Layer point(int series, String label, Estimate.Interval m, double y) {
    return new Layer.Points(
        "",
        series,
        new double[] {m.value()},
        new double[] {y},
        new Layer.Bars(new double[] {m.low()}, new double[] {m.high()}, true),
        List.of("median of " + label + ": " + Numbers.both(m)),
        Layer.Points.MARKER);
  }

  private String caption() {
    return "Each dot is 5 % of the samples by weight, "
        + Captions.largest(contest)
        + "; dots show the spread of samples, not the uncertainty of a number. Every prompt counts"
        + " alike. The marker under the dots is the median with its interval. "
        + Captions.intervals(methods, medians)
        + Captions.without(without);
  }
}
