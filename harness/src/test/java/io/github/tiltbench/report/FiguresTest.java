package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private static Map<String, byte[]> draw(Fixture.Kind kind) {
    var results = Fixture.results(Path.of("none"), kind, 7);
    Figures figures = new Figures(results);
    Contest contest = Contest.of(Summary.of(results)).get(0);
    figures.curves(contest);
    figures.samples(contest);
    return figures.files();
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
  void pixelsAreTheValues() {
    Picture.Raster grey = new Picture.Raster(new double[] {-1, 1, 0, 7}, 1, 2, 2, "");
    assertEquals(0xff000000, grey.image(10).getRGB(0, 0));
    assertEquals(0xffffffff, grey.image(10).getRGB(1, 0));
    assertEquals(0xff808080, grey.image(10).getRGB(0, 1));
    assertEquals(0xffffffff, grey.image(10).getRGB(1, 1), "cut off");
    Picture.Raster colour = new Picture.Raster(new double[] {1, -1, 1}, 3, 1, 1, "");
    assertEquals(0xffff00ff, colour.image(10).getRGB(0, 0));
    assertEquals(
        0xffbfbfbf,
        new Picture.Raster(new double[] {-1, 1, 1, 1}, 1, 2, 2, "").image(1).getRGB(0, 0),
        "averaged");
    assertThrows(
        IllegalArgumentException.class, () -> new Picture.Raster(new double[3], 1, 2, 2, ""));
  }

  @Test
  void weightedSamplesAreShownByWeight() {
    assertArrayEquals(new int[] {0, 1, 2}, Gallery.shown(new double[4], 3));
    double none = Double.NEGATIVE_INFINITY;
    assertArrayEquals(new int[] {1, 1, 3, 3}, Gallery.shown(new double[] {none, 0, none, 0}, 4));
    assertArrayEquals(new int[] {}, Gallery.shown(new double[4], 0));
  }

  @Test
  void namesAreFileNames() {
    assertEquals("a-b-x-.-..-y", Figures.slug("a/b\\x:.*..?y"));
    assertEquals("smc-alpha-0.1", Figures.slug("smc[alpha=0.1]"));
  }
}
