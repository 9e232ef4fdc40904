package io.github.tiltbench.report.table;

import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.Spent;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Three algorithms on tasks: the first is always the worst, the others take turns. */
public final class Tasks {
  private Tasks() {}

  private static SummaryRow row(int task, String algorithm, long budget, double value) {
    return Rows.row(
        "v" + task,
        algorithm,
        OptionalLong.of(budget),
        "mean",
        new Estimate.Interval(value, value - 1, value + 1, 0.95, "t, trials", 16),
        new Spent(1, 1, 0, 1, 1));
  }

  /** So many tasks. */
  public static List<Task> of(int count) {
    List<SummaryRow> rows = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      double scale = Math.pow(10, t % 5);
      rows.add(row(t, "worst", 100, -7 * scale));
      rows.add(row(t, "odd", 50, 99 * scale));
      rows.add(row(t, "odd", 100, (1 + t % 2) * scale));
      rows.add(row(t, "even", 100, 1.5 * scale));
    }
    return Rows.tasks(rows);
  }
}
