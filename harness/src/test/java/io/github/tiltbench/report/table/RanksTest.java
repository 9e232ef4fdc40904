package io.github.tiltbench.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.SummaryRow;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RanksTest {
  @Test
  void ranksAtTheLargestBudget() {
    Ranks ranks = Ranks.of(Tasks.of(10));
    View view = ranks.view().orElseThrow();
    assertEquals("ranking", view.name());
    String table = Markdown.render(view.tables().get(0));
    assertTrue(table.contains("| odd | 1.5 | A |"), table);
    assertTrue(table.contains("| even | 1.5 | A |"), table);
    assertTrue(table.contains("| worst | 3 | B |"), table);
    assertTrue(view.csv().contains("mean-rank,worst,,3.0,,10\n"), view.csv());
    assertTrue(view.csv().contains("pair,odd,worst,,"), view.csv());
  }

  @Test
  void fewTasksAndMissingCellsAreRefusedByName() {
    assertEquals(
        "a ranking needs 5 independent tasks; there are 4",
        Ranks.of(Tasks.of(4)).refusal().orElseThrow());
    List<SummaryRow> some =
        IntStream.range(0, 6)
            .boxed()
            .flatMap(t -> Tasks.of(6).get(t).rows().stream())
            .filter(r -> !r.cell().verifier().equals("v2") || !r.cell().algorithm().equals("even"))
            .toList();
    assertEquals("even has no score in task 3", Ranks.of(Rows.tasks(some)).refusal().orElseThrow());
  }
}
