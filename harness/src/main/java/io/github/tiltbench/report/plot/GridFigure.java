package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Labels;
import io.github.tiltbench.report.figure.Png;
import io.github.tiltbench.report.figure.Svg;
import io.github.tiltbench.report.figure.Theme;
import io.github.tiltbench.report.page.Picture;
import io.github.tiltbench.report.page.PictureRow;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Images in rows, a row a prompt, a caption under each, of which nothing is cut; enlarged without
 * smoothing.
 *
 * @param title above them
 * @param rows of rasters only
 */
record GridFigure(String title, List<PictureRow> rows) {
  private static final int PAD = 12;
  private static final int SIDE = 88;
  private static final int LINE = 14;
  private static final int LABELS = 110;
  private static final int HEAD = 20;
  private static final Font TITLE = Theme.bold(15);
  private static final Font LABEL = Theme.font(13);
  private static final Font CAPTION = Theme.font(11);

  /** As a PNG file. */
  byte[] png(Theme theme) {
    return Png.draw(width(), height(), theme, g -> draw(g, theme));
  }

  /** As an SVG file with its pictures inside. */
  String svg(Theme theme) {
    return Svg.draw(new Dimension(width(), height()), theme, g -> draw(g, theme));
  }

  private int width() {
    int columns = rows.stream().mapToInt(r -> r.pictures().size()).max().orElse(0);
    return Math.max(420, PAD + LABELS + columns * (SIDE + PAD));
  }

  private int height() {
    Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    return PAD + HEAD * title(g).size() + rows.stream().mapToInt(r -> tall(g, r)).sum();
  }

  private List<String> title(Graphics2D g) {
    return Labels.wrap(title, width() - 2 * PAD, g.getFontMetrics(TITLE)::stringWidth);
  }

  private static List<String> label(Graphics2D g, PictureRow row) {
    return Labels.wrap(row.label(), LABELS - PAD, g.getFontMetrics(LABEL)::stringWidth);
  }

  /** All of a caption, in lines no wider than a picture. */
  private static List<String> caption(Graphics2D g, Picture picture) {
    return picture
        .caption()
        .lines()
        .flatMap(
            l -> Labels.wrap(l, SIDE + PAD - 4, g.getFontMetrics(CAPTION)::stringWidth).stream())
        .toList();
  }

  private static int tall(Graphics2D g, PictureRow row) {
    int lines = row.pictures().stream().mapToInt(p -> caption(g, p).size()).max().orElse(0);
    return Math.max(SIDE + LINE * lines, (LINE + 2) * label(g, row).size()) + 2 * PAD;
  }

  private void draw(Graphics2D g, Theme theme) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    int y = lines(g, theme, TITLE, title(g), PAD, PAD, HEAD);
    for (PictureRow row : rows) {
      lines(g, theme, LABEL, label(g, row), PAD, y + PAD, LINE + 2);
      for (int c = 0; c < row.pictures().size(); c++) {
        Picture.Raster picture = (Picture.Raster) row.pictures().get(c);
        tile(g, theme, picture, PAD + LABELS + c * (SIDE + PAD), y + PAD / 2);
      }
      y += tall(g, row);
    }
  }

  private static int lines(
      Graphics2D g, Theme theme, Font font, List<String> lines, int x, int top, int line) {
    g.setColor(theme.ink());
    g.setFont(font);
    for (int i = 0; i < lines.size(); i++) {
      g.drawString(lines.get(i), x, top + (i + 1) * line - 4);
    }
    return top + line * lines.size();
  }

  private static void tile(Graphics2D g, Theme theme, Picture.Raster picture, int x, int y) {
    BufferedImage image = picture.image(2 * SIDE);
    double zoom = (double) SIDE / Math.max(image.getWidth(), image.getHeight());
    int w = (int) (image.getWidth() * zoom);
    int h = (int) (image.getHeight() * zoom);
    g.drawImage(image, x + (SIDE - w) / 2, y + (SIDE - h) / 2, w, h, null);
    g.setColor(theme.grid());
    g.drawRect(x, y, SIDE, SIDE);
    g.setColor(theme.ink());
    g.setFont(CAPTION);
    int below = y + SIDE + LINE;
    for (String line : caption(g, picture)) {
      g.drawString(line, x + (SIDE - g.getFontMetrics().stringWidth(line)) / 2, below);
      below += LINE;
    }
  }
}
