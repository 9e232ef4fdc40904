package io.github.tiltbench.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static SummaryRow row(String algorithm, long budget, String metric, Estimate e) {
    return Rows.row(algorithm, OptionalLong.of(budget), metric, e);
  }

  private static Estimate.Interval interval(double value, double low, double high) {
    return new Estimate.Interval(value, low, high, 0.95, "t, trials", 16);
  }

  private static Table table() {
    Estimate refused = new Estimate.Refused("too few", 16);
    return Comparison.table(
        "A | table",
        Rows.tasks(
                List.of(
                    row("a_1", 400, "mean", interval(1.5, 1.25, 1.75)),
                    row("a_1", 400, "q0.9", refused),
                    row("b", 200, "mean", interval(-2, -2.5, -1.5)),
                    row("b", 200, "q0.9", refused)))
            .get(0),
        List.of("mean", "q0.9"),
        r -> r.algorithm().equals("b") ? "incomplete: 1 of 16 trials are missing" : "");
  }

  @Test
  void markdown() {
    assertEquals(
        """
        **A \\| table**

        | algorithm | budget | mean | top 10 % | n | NFE | ROWS | REWARD | wall |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | b (a) | 200 | -2.0 \\[-2.5, -1.5\\] | - (b) | 16 | 200 | 400 | 12.5 | 250 ms |
        | a\\_1 | 400 | 1.50 \\[1.25, 1.75\\] | - (b) | 16 | 200 | 400 | 12.5 | 250 ms |

        (a) incomplete: 1 of 16 trials are missing

        (b) too few

        Intervals of 95 %, each by itself: mean by t, trials.

        Budget in nfe/sample; n counts independent units; costs and time are means a returned \
        sample; no BACKWARD was spent.
        """,
        Markdown.render(table()));
  }

  /** A table of dashes says less than the reason why. */
  @Test
  void refusalsAloneAreTheirReasons() {
    Estimate refused = new Estimate.Refused("there is no reference set", 16);
    List<SummaryRow> rows =
        List.of(
            row("a", 200, "mean", interval(1.5, 1.25, 1.75)),
            row("a", 200, "kd:raw", refused),
            row("b", 200, "kd:raw", refused),
            row("b", 200, "fd:raw", refused));
    Task task = Rows.tasks(rows).get(0);
    Table table = SummaryTables.of(task, r -> "").others().get(0);
    assertEquals("Distance of samples from real data on m, guided by v", table.caption());
    assertEquals(
        List.of(List.of(Cell.of("there is no reference set"))),
        table.rows().stream().map(Table.Row::cells).toList());
    assertEquals(List.of("Asked for: fd:raw, kd:raw."), table.notes());
    assertTrue(Comparison.refusals("x", task, List.of("mean", "kd:raw")).isEmpty());
  }

  /** A reward that only its own family judges may be over-optimised, and nothing would show it. */
  @Test
  void anUnguardedRewardIsMarked() {
    Task task = Rows.tasks(List.of(row("a", 200, "mean", interval(1.5, 1.25, 1.75)))).get(0);
    PlanFile p = task.plan();
    for (String verifier : List.of("v", "another")) {
      PlanFile plan =
          new PlanFile(
              p.study(),
              p.seed(),
              p.repetitions(),
              p.count(),
              p.prompts(),
              p.unit(),
              p.per(),
              p.metrics(),
              p.crossRewards(),
              p.nfe(),
              p.cells(),
              p.skips(),
              p.layouts(),
              p.published(),
              p.versus(),
              List.of(new Plan.Unguarded("m", verifier, List.of())),
              List.of(new Plan.Kin("m", "v", List.of("cousin"))),
              Map.of(),
              Optional.empty());
      Task marked = new Task(plan, "m", "v", task.rows());
      List<String> notes = SummaryTables.of(marked, r -> "").rewards().get(0).notes();
      assertEquals(
          verifier.equals("v")
              ? "unguarded: no judge of another family saw these samples"
              : "not held out, for of the reward's own family: cousin",
          notes.get(notes.size() - 1));
    }
  }
}
