package io.github.tiltbench.report.page;

import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** One sample as something to look at. */
public sealed interface Picture {
  /** The reward, or what else stands below it. */
  String caption();

  /**
   * A grey or colour image.
   *
   * @param values channel by channel, each row by row, from -1 (black) to 1; beyond is cut off
   * @param channels 1 or 3
   */
  record Raster(double[] values, int channels, int height, int width, String caption)
      implements Picture {
    /** Checks the shape. */
    public Raster {
      if ((channels != 1 && channels != 3) || values.length != channels * height * width) {
        throw new IllegalArgumentException(
            values.length + " values for " + channels + "x" + height + "x" + width);
      }
    }

    /**
     * The image, one pixel a value; areas are averaged where a side is longer than {@code most}.
     */
    public BufferedImage image(int most) {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      int plane = channels == 1 ? 0 : height * width;
      for (int i = 0; i < height * width; i++) {
        int rgb = level(i) << 16 | level(i + plane) << 8 | level(i + 2 * plane);
        image.setRGB(i % width, i / width, rgb);
      }
      int longest = Math.max(height, width);
      if (longest <= most) {
        return image;
      }
      int w = Math.max(1, width * most / longest);
      int h = Math.max(1, height * most / longest);
      BufferedImage small = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
      Graphics2D g = small.createGraphics();
      g.drawImage(image.getScaledInstance(w, h, Image.SCALE_AREA_AVERAGING), 0, 0, null);
      g.dispose();
      return small;
    }

    private int level(int index) {
      double unit = (values[index] + 1) / 2;
      return (int) Math.round(255 * Math.max(0, Math.min(1, unit)));
    }
  }

  /**
   * A text.
   *
   * @param given what the prompt had put there already, its beginning; may be empty
   * @param written what follows it
   * @param drawing what it stands for, as SVG; empty if it is no more than a text
   */
  record Text(String given, String written, Optional<String> drawing, String caption)
      implements Picture {}
}
