package io.github.tiltbench.report.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** PNG files of drawings, two pixels a unit, without a date: the same drawing, the same bytes. */
public final class Png {
  private static final int SCALE = 2;

  private Png() {}

  /** A drawing of {@code width * height} units. */
  public static byte[] draw(int width, int height, Theme theme, Consumer<Graphics2D> drawing) {
    BufferedImage image =
        new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.scale(SCALE, SCALE);
    g.setColor(theme.paper());
    g.fillRect(0, 0, width, height);
    drawing.accept(g);
    g.dispose();
    return encode(image);
  }

  /** A PNG file of an image as it is. */
  public static byte[] encode(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return out.toByteArray();
  }
}
