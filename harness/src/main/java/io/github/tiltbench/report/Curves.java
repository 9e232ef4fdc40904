package io.github.tiltbench.report;

import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The curves of a contest: a metric against the budget. */
final class Curves {
  private Curves() {}

  /** The figure of a metric; empty if no algorithm has a number at any budget. */
  static Optional<CurveFigure> of(Contest contest, String metric) {
    List<Curve> curves = new ArrayList<>();
    List<String> algorithms = contest.algorithms();
    for (int i = 0; i < algorithms.size(); i++) {
      String label = algorithms.get(i);
      List<SummaryRow> rows =
          contest.rows().stream()
              .filter(r -> r.metric().equals(metric) && r.label().equals(label))
              .filter(r -> r.estimate() instanceof Estimate.Interval)
              .sorted(Comparator.comparingLong(r -> r.budget().orElse(0)))
              .toList();
      if (!rows.isEmpty()) {
        boolean constant = rows.get(0).budget().isEmpty();
        curves.add(new Curve(label, i, rows.stream().map(Curves::point).toList(), constant));
      }
    }
    if (curves.stream().allMatch(Curve::constant)) {
      return Optional.empty();
    }
    String unit = contest.rows().get(0).unit();
    String name = Comparison.header(metric);
    return Optional.of(
        new CurveFigure(
            contest.verifier() + " on " + contest.model() + ": " + name + " against budget",
            "budget, " + unit,
            contest.verifier() + ", " + name,
            curves));
  }

  private static Curve.Point point(SummaryRow row) {
    return new Curve.Point((double) row.budget().orElse(0), (Estimate.Interval) row.estimate());
  }
}
