package io.github.tiltbench.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;

/**
 * Colours, strokes and fonts of a figure.
 *
 * <p>Series take the colours of Okabe and Ito, which people with any common colour blindness tell
 * apart; after the last one they start again with another line and marker.
 *
 * @param paper background
 * @param ink text and axes
 * @param grid lines behind the data
 * @param series one colour a series
 */
public record Theme(Color paper, Color ink, Color grid, List<Color> series) {
  public static final Theme LIGHT =
      new Theme(
          Color.WHITE,
          new Color(0x1f2328),
          new Color(0xe3e6ea),
          colours(0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xe69f00, 0x5b5b5b));
  public static final Theme DARK =
      new Theme(
          new Color(0x16191d),
          new Color(0xe6e8eb),
          new Color(0x353a41),
          colours(0x56b4e9, 0xff8c42, 0x2fc79a, 0xe6a3c7, 0xa5d8ff, 0xf0e442, 0xc3c7cc));

  private static final float[][] DASHES = {null, {7, 4}, {2, 3}};

  private static List<Color> colours(int... rgb) {
    return Arrays.stream(rgb).mapToObj(Color::new).toList();
  }

  public Color colour(int series) {
    return series == Layer.INK ? ink : this.series.get(series % this.series.size());
  }

  BasicStroke stroke(int series, Layer.Style style) {
    return switch (style) {
      case FULL -> line(2.2f, DASHES[dash(series)]);
      case BROKEN -> line(2.2f, new float[] {4, 4});
      case THIN -> line(0.8f, null);
    };
  }

  /** Which line a series has: 0 whole, 1 long dashes, 2 short ones. */
  static int dash(int series) {
    return series / LIGHT.series.size() % DASHES.length;
  }

  /** The same colour, part of which shines through. */
  static Color faint(Color colour, double alpha) {
    return new Color(
        colour.getRed(), colour.getGreen(), colour.getBlue(), (int) Math.round(255 * alpha));
  }

  private static BasicStroke line(float width, float[] dash) {
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
  }

  /** The marker of a series, about so wide. */
  static Shape marker(int series, double size) {
    double scale = size / Layer.Points.MARKER;
    return AffineTransform.getScaleInstance(scale, scale).createTransformedShape(marker(series));
  }

  static Shape marker(int series) {
    Path2D triangle = new Path2D.Double();
    triangle.moveTo(0, -5.5);
    triangle.lineTo(5, 4);
    triangle.lineTo(-5, 4);
    triangle.closePath();
    Path2D diamond = new Path2D.Double();
    diamond.moveTo(0, -5.5);
    diamond.lineTo(5.5, 0);
    diamond.lineTo(0, 5.5);
    diamond.lineTo(-5.5, 0);
    diamond.closePath();
    return List.of(
            new Ellipse2D.Double(-4, -4, 8, 8),
            new Rectangle2D.Double(-4, -4, 8, 8),
            triangle,
            diamond)
        .get(series % 4);
  }

  public static Font font(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  public static Font bold(int size) {
    return new Font(Font.SANS_SERIF, Font.BOLD, size);
  }
}
