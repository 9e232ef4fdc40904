package io.github.tiltbench.report.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.table.Ranks;
import io.github.tiltbench.report.table.Tasks;
import io.github.tiltbench.stats.Friedman;
import java.util.List;
import org.junit.jupiter.api.Test;

class CriticalDifferenceTest {
  @Test
  void theClassicalDrawing() {
    Chart chart =
        assertInstanceOf(Plot.Drawn.class, CriticalDifference.of(Ranks.of(Tasks.of(10)))).chart();
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
  void withoutARankingThereIsNoDrawing() {
    assertInstanceOf(Plot.Refused.class, CriticalDifference.of(Ranks.of(Tasks.of(4))));
  }
}
