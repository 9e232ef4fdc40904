package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The effective sample size of weighted populations from noise to data, and how often they were
 * resampled on the way, at the largest budget.
 */
final class EssTraces {
  private static final String ESS = "ess";
  private static final String RESAMPLED = "resampled";
  private static final double OUTSIDE = 0.05;

  private final Task contest;
  private final List<Layer> sizes = new ArrayList<>();
  private final List<Layer> times = new ArrayList<>();
  private final List<Integer> trials = new ArrayList<>();
  private final Map<String, String> without = new LinkedHashMap<>();
  private int longest = 1;

  private EssTraces(Task contest) {
    this.contest = contest;
  }

  /** The figure of a contest; empty if no algorithm of it has weights. */
  static Optional<Plot> of(Results results, Task contest) {
    EssTraces traces = new EssTraces(contest);
    for (PlanFile.Row cell : contest.largest()) {
      traces.add(cell, results.trials(cell));
    }
    return traces.sizes.isEmpty() ? Optional.empty() : Optional.of(traces.plot());
  }

  private void add(PlanFile.Row cell, List<Trial> all) {
    if (all.isEmpty() || !all.stream().allMatch(t -> t.traces().containsKey(ESS))) {
      return;
    }
    String label = cell.label();
    int series = contest.series(label);
    double[][] ess = rows(all, ESS);
    double[] steps = new double[most(ess)];
    Arrays.setAll(steps, i -> i);
    longest = Math.max(longest, steps.length - 1);
    sizes.add(
        new Layer.Band(
            label,
            series,
            steps,
            levels(ess, x -> Quantiles.type7(x, OUTSIDE)),
            levels(ess, x -> Quantiles.type7(x, 1 - OUTSIDE))));
    sizes.add(Layer.Line.of(label, series, steps, levels(ess, x -> Quantiles.type7(x, 0.5))));
    trials.add(all.size());
    if (all.stream().allMatch(t -> t.traces().containsKey(RESAMPLED))) {
      double[] share = levels(rows(all, RESAMPLED), x -> Arrays.stream(x).average().orElseThrow());
      times.add(Layer.Line.of(label, series, steps, share));
    } else {
      without.put("resampling of " + label, "not recorded");
    }
  }

  private static double[][] rows(List<Trial> trials, String trace) {
    return trials.stream().map(t -> t.traces().get(trace)).toArray(double[][]::new);
  }

  /**
   * A number of all trials at each level, from the first to the last; where prompts leave different
   * numbers of positions free, of those whose chain is as long.
   */
  private static double[] levels(double[][] rows, ToDoubleFunction<double[]> number) {
    return IntStream.range(0, most(rows))
        .mapToDouble(
            i ->
                number.applyAsDouble(
                    Arrays.stream(rows).filter(r -> r.length > i).mapToDouble(r -> r[i]).toArray()))
        .toArray();
  }

  private static int most(double[][] rows) {
    return Arrays.stream(rows).mapToInt(r -> r.length).max().orElseThrow();
  }

  private Plot plot() {
    List<Panel> panels = new ArrayList<>();
    boolean both = !times.isEmpty();
    Axis across = Axis.linear("steps from noise to data").within(0, longest);
    panels.add(
        new Panel(
            both ? "Effective sample size" : "",
            across,
            Axis.linear("ESS / N").within(0, 1.02),
            sizes));
    if (both) {
      panels.add(
          new Panel("Resampling", across, Axis.linear("share resampled").within(0, 1.02), times));
    }
    return new Plot.Drawn(
        new Chart(
            Captions.file("health", contest, ESS),
            "Populations along the chain: " + contest.name(),
            caption(both),
            "Effective sample size over population size after each step of every algorithm with"
                + " weights "
                + Captions.largest(contest),
            panels));
  }

  private String caption(boolean both) {
    int least = trials.stream().mapToInt(Integer::intValue).min().orElseThrow();
    int most = trials.stream().mapToInt(Integer::intValue).max().orElseThrow();
    return "Lines: median over "
        + least
        + (least == most ? "" : " to " + most)
        + " trials of ESS / N, weighed and not yet resampled, "
        + Captions.largest(contest)
        + ". Bands: the middle 90 % of the trials, a spread and no interval."
        + (both ? " Share resampled: mean over trials of the share of their populations." : "")
        + Captions.without(without);
  }
}
