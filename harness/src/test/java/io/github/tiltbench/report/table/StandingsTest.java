package io.github.tiltbench.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StandingsTest {
  private static SummaryRow row(String algorithm, long budget, String metric, double value) {
    OptionalLong at = budget == 0 ? OptionalLong.empty() : OptionalLong.of(budget);
    return Rows.row(
        algorithm,
        at,
        metric,
        Double.isNaN(value)
            ? new Estimate.Refused("too few", 3)
            : new Estimate.Interval(value, value - 1, value + 1, 0.99, "t, trials", 16));
  }

  private static final List<SummaryRow> ROWS =
      List.of(
          row("plain", 0, "mean", 1),
          row("plain", 0, "mean@judge", 9),
          row("plain", 0, "seconds", 3),
          row("plain", 0, "law-sliced", Double.NaN),
          row("smc", 20, "mean", 2),
          row("svdd", 20, "mean", 7),
          row("smc", 40, "mean", 4),
          row("smc", 40, "mean@judge", 5),
          row("smc", 40, "seconds", 6),
          row("smc", 40, "ess-min", 1),
          row("svdd", 40, "mean", 8),
          row("svdd", 40, "mean@judge", Double.NaN),
          row("svdd", 40, "seconds", 6.5));

  /**
   * The highest reward first; a number that nobody has makes no column, one that some lack a dash.
   */
  @Test
  void ranksAtTheLargestBudgetAndByReward() {
    Function<List<PlanFile.Row>, List<SummaryRow>> joint =
        cells -> ROWS.stream().filter(r -> cells.contains(r.cell())).toList();
    List<Task> tasks = Rows.tasks(ROWS);
    View view =
        Standings.view(Layout.STANDINGS, Standings.of(Layout.STANDINGS, tasks, joint), r -> "")
            .orElseThrow();
    String tables = String.join("\n", view.tables().stream().map(Markdown::render).toList());
    String columns = "| algorithm | reward | rank by reward | rank by judge | rank by seconds |\n";
    assertTrue(tables.contains(columns), tables);
    assertTrue(tables.contains("| svdd | 8.0 \\[7.0, 9.0\\] | 1 | - (a) | 2 to 3 |"), tables);
    assertTrue(tables.contains("| smc | 4.0 \\[3.0, 5.0\\] | 2 | 2 | 2 to 3 |"), tables);
    assertTrue(tables.contains("| plain | 1.0 \\[0.0, 2.0\\] | 3 | 1 | 1 |"), tables);
    assertTrue(tables.contains("| algorithm | 20 | 40 |"), tables);
    assertTrue(tables.contains("| svdd | 1 | 1 |"), tables);
    assertTrue(tables.contains("| smc | 2 to 3 | 2 |"), tables);
    assertTrue(view.csv().contains("m,v,svdd,40,mean,8.0,7.0,9.0,1,1,1,16,\n"), view.csv());
    assertTrue(view.csv().contains("m,v,svdd,40,mean@judge,,,,,,,3,too few\n"), view.csv());
    assertEquals(1 + 2 * 4 + 2 + 2 * 3, view.csv().lines().count(), view.csv());
  }
}
