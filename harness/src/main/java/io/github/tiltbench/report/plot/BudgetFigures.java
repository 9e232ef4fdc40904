package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * The curves of a contest: a metric against the budget, a line, its intervals as bars and a band,
 * for each algorithm.
 *
 * <p>Budgets are spaced by their logarithm. Curves are drawn a hair beside their budgets, so that
 * bars at one budget do not hide each other; what a reader is told of a point is its true budget.
 */
final class BudgetFigures {
  private static final double ASIDE = 0.011;

  private final Task contest;
  private final String name;
  private final List<Layer> bands = new ArrayList<>();
  private final List<Layer> lines = new ArrayList<>();
  private final List<Layer> points = new ArrayList<>();

  /** What one algorithm reaches: its rows with a number, by ascending budget. */
  private record Curve(String label, int series, List<SummaryRow> rows) {
    /** Whether it has no use for a budget: one number, drawn across. */
    boolean constant() {
      return rows.get(0).budget().isEmpty();
    }

    double[] budgets() {
      return rows.stream().mapToDouble(r -> (double) r.budget().orElse(0)).toArray();
    }

    Estimate.Interval estimate(int i) {
      return (Estimate.Interval) rows.get(i).estimate();
    }
  }

  private BudgetFigures(Task contest, String name) {
    this.contest = contest;
    this.name = name;
  }

  /**
   * The chart of a metric; empty if no algorithm has a number at any budget.
   *
   * @param file name of its files
   * @param name what the metric is called
   */
  static Optional<Chart> of(Task contest, String metric, String file, String name) {
    List<Curve> curves = curves(contest, metric);
    if (curves.stream().allMatch(Curve::constant)) {
      return Optional.empty();
    }
    return Optional.of(new BudgetFigures(contest, name).chart(curves, metric, file));
  }

  private static List<Curve> curves(Task contest, String metric) {
    List<Curve> curves = new ArrayList<>();
    for (String label : contest.algorithms()) {
      List<SummaryRow> rows =
          contest.rows().stream()
              .filter(r -> r.metric().equals(metric) && r.label().equals(label))
              .filter(r -> r.estimate() instanceof Estimate.Interval)
              .sorted(Comparator.comparingLong(r -> r.budget().orElse(0)))
              .toList();
      if (!rows.isEmpty()) {
        curves.add(new Curve(label, contest.series(label), rows));
      }
    }
    return curves;
  }

  private Chart chart(List<Curve> curves, String metric, String file) {
    double[] budgets =
        curves.stream()
            .filter(c -> !c.constant())
            .flatMapToDouble(c -> Arrays.stream(c.budgets()))
            .sorted()
            .distinct()
            .toArray();
    double span = log2(budgets[budgets.length - 1] / budgets[0]);
    double margin = Math.max(0.4, 0.06 * span);
    double low = budgets[0] * Math.pow(2, -margin);
    double high = budgets[budgets.length - 1] * Math.pow(2, margin);
    double hair = ASIDE * (span + 2 * margin);
    double aside = -hair * (curves.stream().filter(c -> !c.constant()).count() - 1) / 2;
    for (Curve curve : curves) {
      if (curve.constant()) {
        addConstant(
            curve,
            DoubleStream.concat(DoubleStream.of(low, high), Arrays.stream(budgets))
                .sorted()
                .toArray());
      } else {
        double shift = Math.pow(2, aside);
        add(curve, Arrays.stream(curve.budgets()).map(b -> b * shift).toArray());
        aside += hair;
      }
    }
    List<Layer> layers = new ArrayList<>(bands);
    layers.addAll(lines);
    layers.addAll(points);
    int at = metric.indexOf('@');
    String judge = at < 0 ? contest.verifier() : metric.substring(at + 1);
    String title =
        judge
            + " on "
            + contest.model()
            + (at < 0 ? "" : ", guided by " + contest.verifier())
            + ": "
            + name
            + " against budget";
    Axis across =
        Axis.log2(
                "budget, " + contest.unit(),
                Arrays.stream(budgets).mapToObj(b -> new Axis.Tick(b, Numbers.amount(b))).toList())
            .within(low, high);
    return Chart.of(
        file,
        title,
        "",
        title + "; the numbers stand in the table",
        new Panel("", across, Axis.linear(judge + ", " + name), layers));
  }

  private static double log2(double ratio) {
    return Math.log(ratio) / Math.log(2);
  }

  private void add(Curve curve, double[] x) {
    double[] y = new double[x.length];
    double[] from = new double[x.length];
    double[] to = new double[x.length];
    List<String> told = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      Estimate.Interval e = curve.estimate(i);
      y[i] = e.value();
      from[i] = e.low();
      to[i] = e.high();
      told.add(told(curve.rows().get(i), e));
    }
    bands.add(new Layer.Band(curve.label(), curve.series(), x, from, to));
    lines.add(new Layer.Line(curve.label(), curve.series(), x, y, Layer.Style.FULL, told));
    points.add(
        new Layer.Points(
            curve.label(),
            curve.series(),
            x,
            y,
            new Layer.Bars(from, to, false),
            told,
            Layer.Points.MARKER));
  }

  private void addConstant(Curve curve, double[] x) {
    Estimate.Interval e = curve.estimate(0);
    double[] y = new double[x.length];
    double[] from = new double[x.length];
    double[] to = new double[x.length];
    Arrays.fill(y, e.value());
    Arrays.fill(from, e.low());
    Arrays.fill(to, e.high());
    List<String> told = Arrays.stream(x).mapToObj(b -> told(curve.rows().get(0), e)).toList();
    bands.add(new Layer.Band(curve.label(), curve.series(), x, from, to));
    lines.add(new Layer.Line(curve.label(), curve.series(), x, y, Layer.Style.BROKEN, told));
  }

  private String told(SummaryRow row, Estimate.Interval e) {
    String budget =
        row.budget().isEmpty()
            ? "any budget"
            : "budget " + Numbers.amount((double) row.budget().getAsLong());
    return name + " " + Numbers.both(e) + "\n" + budget + ", n = " + e.n();
  }
}
