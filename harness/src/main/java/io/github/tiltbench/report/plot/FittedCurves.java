package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.ScalingFits;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.BudgetCurves;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.ScalingFit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mean reward of each algorithm at each of its budgets, and the curve of the form that was
 * selected, between the smallest and the largest budget and nowhere else.
 */
final class FittedCurves {
  private static final int PLACES = 41;

  private final ScalingFits fits;
  private final List<Estimate> shown = new ArrayList<>();
  private final Map<String, String> without = new LinkedHashMap<>();

  private FittedCurves(ScalingFits fits) {
    this.fits = fits;
  }

  /** The figure of a contest; refused where no curve could be fitted. */
  static Plot of(ScalingFits fits) {
    String what = "fitted growth, " + fits.pairing().contest().name();
    return fits.lines().stream().allMatch(l -> l.plausible().isEmpty())
        ? new Plot.Refused(what, fits.lines().get(0).refusals())
        : new FittedCurves(fits).plot();
  }

  private Plot plot() {
    Task contest = fits.pairing().contest();
    List<Layer> layers = new ArrayList<>();
    for (ScalingFits.Line line : fits.lines()) {
      int series = fits.pairing().contest().series(line.label());
      double[] budgets = budgets(line.label());
      if (line.plausible().isEmpty()) {
        without.put("a curve of " + line.label(), line.refusals());
      } else {
        layers.addAll(curve(line.plausible().get(0), line.label(), series, budgets));
      }
      points(line.label(), series, budgets).ifPresent(layers::add);
    }
    return new Plot.Drawn(
        Chart.of(
            Captions.file("growth", contest),
            "Growth with the budget: " + contest.name(),
            "Lines: the form selected by AICc, with the interval of the mean at each budget by"
                + " itself as a band; nothing is drawn beyond the tested budgets. Bars: means,"
                + " intervals that hold for all budgets of an algorithm at once, by max-t over"
                + " joint resamples; "
                + Captions.units(shown)
                + "."
                + Captions.without(without),
            "Mean reward against budget with fitted curves; the numbers stand in the table of"
                + " growth",
            new Panel("", axis(), Axis.linear("mean by " + contest.verifier()), layers)));
  }

  private Axis axis() {
    return Axis.log2(
        "budget, " + fits.pairing().contest().unit(),
        fits.pairing().contest().budgets().stream()
            .map(b -> new Axis.Tick((double) b, Numbers.amount((double) b)))
            .toList());
  }

  private double[] budgets(String label) {
    return fits.pairing().contest().budgets(label).stream()
        .mapToDouble(Long::doubleValue)
        .toArray();
  }

  private List<Layer> curve(ScalingFit.Fitted fit, String label, int series, double[] budgets) {
    double first = budgets[0];
    double last = budgets[budgets.length - 1];
    double[] x = new double[PLACES];
    Arrays.setAll(x, i -> first * Math.pow(last / first, i / (PLACES - 1.0)));
    x[PLACES - 1] = last;
    List<Estimate.Interval> at = new ArrayList<>();
    for (double b : x) {
      if (fit.at(b / fits.unit()) instanceof Estimate.Interval i) {
        at.add(i);
      }
    }
    if (at.size() < PLACES) {
      without.put("a curve of " + label, "its interval has no spread somewhere");
      return List.of();
    }
    return List.of(
        new Layer.Band(
            label,
            series,
            x,
            at.stream().mapToDouble(Estimate.Interval::low).toArray(),
            at.stream().mapToDouble(Estimate.Interval::high).toArray()),
        Layer.Line.of(
            label, series, x, at.stream().mapToDouble(Estimate.Interval::value).toArray()));
  }

  private Optional<Layer> points(String label, int series, double[] budgets) {
    MatchedTrials pairing = fits.pairing();
    List<PlanFile.Row> cells = pairing.contest().curve(label);
    if (pairing.confidence("band").timeUniform()
        || pairing.refusal(cells, MatchedTrials.TARGET).isPresent()) {
      return Optional.empty();
    }
    List<Estimate> band =
        BudgetCurves.band(pairing.matched(cells, MatchedTrials.TARGET), pairing.confidence("band"));
    List<Double> x = new ArrayList<>();
    List<Estimate.Interval> y = new ArrayList<>();
    for (int i = 0; i < budgets.length; i++) {
      if (band.get(i) instanceof Estimate.Interval e) {
        x.add(budgets[i]);
        y.add(e);
        shown.add(e);
      }
    }
    return y.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Layer.Points(
                label,
                series,
                x.stream().mapToDouble(v -> v).toArray(),
                y.stream().mapToDouble(Estimate.Interval::value).toArray(),
                new Layer.Bars(
                    y.stream().mapToDouble(Estimate.Interval::low).toArray(),
                    y.stream().mapToDouble(Estimate.Interval::high).toArray(),
                    false),
                y.stream().map(e -> label + ": " + Numbers.both(e)).toList(),
                Layer.Points.MARKER));
  }
}
