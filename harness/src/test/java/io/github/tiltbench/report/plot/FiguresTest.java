package io.github.tiltbench.report.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Excerpts;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private static Map<String, byte[]> draw(Fixture.Kind kind) {
    var results = Fixture.results(Path.of("none"), kind, 7);
    Figures figures = new Figures(results, new StudyComponents(results));
    Task contest = Rows.task(results);
    List<Block> blocks = new ArrayList<>(figures.curves(contest));
    blocks.addAll(
        figures.samples(contest, Excerpts.of(results, new StudyComponents(results), contest)));
    return Drawings.of(blocks, new Faults()).files();
  }

  /** Two figures whose names differ in nothing that a file system tells apart. */
  @Test
  void everyFigureHasANameOfItsOwn() {
    Panel panel =
        new Panel(
            "",
            Axis.linear("x"),
            Axis.linear("y"),
            List.of(Layer.Line.of("", 0, new double[] {0, 1}, new double[] {0, 1})));
    List<Block> blocks =
        List.of(
            Block.Figure.of(Chart.of("curves-a", "t", "", "", panel)),
            new Block.Folded(
                "f", List.of(Block.Figure.of(Chart.of("curves-A", "t", "", "", panel)))));
    Drawings drawn = Drawings.of(blocks, new Faults());
    assertEquals(
        List.of("curves-A-2.png", "curves-A-2.svg", "curves-a.png", "curves-a.svg"),
        List.copyOf(drawn.files().keySet()));
    Block.Folded folded = (Block.Folded) drawn.blocks().get(1);
    Block.Figure figure = (Block.Figure) folded.body().get(0);
    assertEquals("curves-A-2", figure.chart().name());
    assertTrue(figure.light().contains("<svg"), "it is drawn in its place");
  }

  @Test
  void sameTrialsSameBytes() {
    Map<String, byte[]> first = draw(Fixture.Kind.IMAGES);
    Map<String, byte[]> second = draw(Fixture.Kind.IMAGES);
    assertEquals(List.copyOf(first.keySet()), List.copyOf(second.keySet()));
    first.forEach((name, png) -> assertArrayEquals(png, second.get(name), name));
  }

  @Test
  void curvesAreTwoPixelsAUnit() throws IOException {
    byte[] png = draw(Fixture.Kind.PLANE).get("curves-fashion-jpeg-q0.5.png");
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(1440, image.getWidth());
    int ink = 0;
    for (int x = 0; x < image.getWidth(); x += 3) {
      for (int y = 0; y < image.getHeight(); y += 3) {
        ink += image.getRGB(x, y) != -1 ? 1 : 0;
      }
    }
    assertTrue(ink > 3000, "something is drawn");
  }

  @Test
  void weightedSamplesAreShownByWeight() {
    assertArrayEquals(new int[] {0, 1, 2}, Gallery.shown(new double[4], 3));
    double none = Double.NEGATIVE_INFINITY;
    assertArrayEquals(new int[] {1, 1, 3, 3}, Gallery.shown(new double[] {none, 0, none, 0}, 4));
    assertArrayEquals(new int[] {}, Gallery.shown(new double[4], 0));
  }
}
