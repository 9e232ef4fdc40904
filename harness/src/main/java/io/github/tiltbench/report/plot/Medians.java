package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.BudgetTable;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The answer as a chart: the median of each method at the largest budget, the highest on top. */
final class Medians {
  private Medians() {}

  /** One panel a task; empty if no task has a median. */
  static Optional<Chart> of(List<Task> tasks) {
    List<Panel> panels = tasks.stream().flatMap(t -> panel(t, tasks.size() > 1).stream()).toList();
    String title =
        "Median "
            + (tasks.size() == 1 ? "of " + tasks.get(0).name() + ", " : "of each task, ")
            + (tasks.isEmpty() ? "" : Captions.largest(tasks.get(0)));
    return panels.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Chart(
                "medians",
                title,
                "A dot is a median, its bar the interval of the table.",
                title + ": a dot with its interval for each method; the numbers stand in the table",
                panels));
  }

  private static Optional<Panel> panel(Task task, boolean titled) {
    List<SummaryRow> rows =
        task.at(task.largestBudget(), BudgetTable.METRIC).stream()
            .filter(r -> r.estimate() instanceof Estimate.Interval)
            .sorted(Comparator.comparingDouble(r -> interval(r).value()))
            .toList();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Estimate.Interval e = interval(rows.get(i));
      String label = rows.get(i).label();
      layers.add(
          new Layer.Points(
              "",
              task.series(label),
              new double[] {e.value()},
              new double[] {i},
              new Layer.Bars(new double[] {e.low()}, new double[] {e.high()}, true),
              List.of(label + ": " + Numbers.both(e)),
              Layer.Points.MARKER));
    }
    return Optional.of(
        new Panel(
            titled ? task.name() : "",
            Axis.linear(titled ? "median" : "median of " + task.verifier()),
            Axis.categories("", rows.stream().map(SummaryRow::label).toList()),
            layers));
  }

  private static Estimate.Interval interval(SummaryRow row) {
    return (Estimate.Interval) row.estimate();
  }
}
