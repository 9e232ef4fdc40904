package io.github.tiltbench.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PictureTest {
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
}
