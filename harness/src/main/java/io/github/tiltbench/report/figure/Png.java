package io.github.tiltbench.report.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** PNG files of drawings, two pixels a unit, without a date: the same drawing, the same bytes. */
public final class Png {
  private static final int SCALE = 2;
  private static final int RGB = 3;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

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
    return flat(image);
  }

  /**
   * A PNG file of lines and areas: rows without a filter, which would cost most of the time and
   * make such files larger.
   */
  private static byte[] flat(BufferedImage image) {
    int width = image.getWidth();
    int[] row = new int[width];
    byte[] bytes = new byte[1 + RGB * width]; // the first says that there is no filter
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
      for (int y = 0; y < image.getHeight(); y++) {
        image.getRaster().getDataElements(0, y, width, 1, row);
        for (int x = 0, at = 1; x < width; x++, at += RGB) {
          bytes[at] = (byte) (row[x] >> 16);
          bytes[at + 1] = (byte) (row[x] >> 8);
          bytes[at + 2] = (byte) row[x];
        }
        deflater.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(image.getHeight());
    header.put(new byte[] {8, 2, 0, 0, 0}); // bits, colours, and the one way to pack and to filter
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    chunk(file, "IHDR", header.array());
    chunk(file, "IDAT", packed.toByteArray());
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 check = new CRC32();
    check.update(name);
    check.update(content);
    file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    file.writeBytes(name);
    file.writeBytes(content);
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
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
