package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Friedman;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three algorithms on tasks: the first is always the worst, the others take turns. */
class RanksTest {
  private static SummaryRow row(int task, String algorithm, long budget, double value) {
    return new SummaryRow(
        "s",
        "m",
        "v" + task,
        algorithm,
        "",
        OptionalLong.of(budget),
        "nfe/sample",
        "*",
        "mean",
        new Estimate.Interval(value, value - 1, value + 1, 0.95, "t, trials", 16),
        new Spent(1, 1, 0, 1, 1));
  }

  private static List<Contest> tasks(int count) {
    List<SummaryRow> rows = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      double scale = Math.pow(10, t % 5);
      rows.add(row(t, "worst", 100, -7 * scale));
      rows.add(row(t, "odd", 50, 99 * scale));
      rows.add(row(t, "odd", 100, (1 + t % 2) * scale));
      rows.add(row(t, "even", 100, 1.5 * scale));
    }
    return Contest.of(rows);
  }

  @Test
  void ranksAtTheLargestBudget() {
    Ranks ranks = Ranks.of(tasks(10));
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
  void theClassicalDrawing() {
    Chart chart =
        assertInstanceOf(Plot.Drawn.class, CriticalDifference.of(Ranks.of(tasks(10)))).chart();
    List<Layer> layers = chart.panels().get(0).layers();
    Layer.Line clique = assertInstanceOf(Layer.Line.class, layers.get(0));
    assertEquals("not told apart", clique.name());
    assertArrayEquals(new double[] {1.5, 1.5}, clique.x(), 1e-12);
    Layer.Line cd = assertInstanceOf(Layer.Line.class, layers.get(1));
    assertEquals(Friedman.criticalDifference(3, 10, 0.05), cd.x()[1] - cd.x()[0], 1e-12);
    double[] drawn =
        layers.stream()
            .filter(l -> l instanceof Layer.Points)
            .mapToDouble(l -> ((Layer.Points) l).x()[0])
            .toArray();
    assertArrayEquals(new double[] {1.5, 1.5, 3}, drawn, 1e-12);
    assertEquals("worst", chart.panels().get(0).up().ticks().get(0).label(), "lowest");
  }

  @Test
  void fewTasksAndMissingCellsAreRefusedByName() {
    assertEquals(
        "a ranking needs 5 independent tasks; there are 4",
        Ranks.of(tasks(4)).refusal().orElseThrow());
    assertInstanceOf(Plot.Refused.class, CriticalDifference.of(Ranks.of(tasks(4))));
    List<SummaryRow> some =
        IntStream.range(0, 6)
            .boxed()
            .flatMap(t -> tasks(6).get(t).rows().stream())
            .filter(r -> !r.verifier().equals("v2") || !r.algorithm().equals("even"))
            .toList();
    assertEquals("even has no score in task 3", Ranks.of(Contest.of(some)).refusal().orElseThrow());
  }
}
