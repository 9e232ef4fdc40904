package io.github.tiltbench.report;

import io.github.tiltbench.report.figure.Png;
import io.github.tiltbench.report.figure.Theme;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Images in rows, a row a prompt, a caption under each; enlarged without smoothing.
 *
 * @param title above them
 * @param rows of rasters only
 */
record GridFigure(String title, List<PictureRow> rows) {
  private static final int PAD = 12;
  private static final int SIDE = 88;
  private static final int LINE = 14;
  private static final int LABELS = 110;
  private static final int TITLE = 30;

  byte[] png(Theme theme) {
    int columns = rows.stream().mapToInt(r -> r.pictures().size()).max().orElse(0);
    int width = Math.max(360, PAD + LABELS + columns * (SIDE + PAD));
    int height = PAD + TITLE + rows.size() * (SIDE + caption() + PAD);
    return Png.draw(width, height, theme, g -> draw(g, theme, width));
  }

  private void draw(Graphics2D g, Theme theme, int width) {
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    g.setColor(theme.ink());
    g.setFont(Theme.bold(15));
    g.drawString(fit(title, g.getFontMetrics(), width - 2 * PAD), PAD, PAD + 14);
    for (int r = 0; r < rows.size(); r++) {
      int y = PAD + TITLE + r * (SIDE + caption() + PAD);
      g.setFont(Theme.font(13));
      g.setColor(theme.ink());
      g.drawString(
          fit(rows.get(r).label(), g.getFontMetrics(), LABELS - PAD), PAD, y + SIDE / 2 + 5);
      for (int c = 0; c < rows.get(r).pictures().size(); c++) {
        tile(
            g,
            theme,
            (Picture.Raster) rows.get(r).pictures().get(c),
            PAD + LABELS + c * (SIDE + PAD),
            y);
      }
    }
  }

  /** Room for the name, on a second line its parameters if it has any, and the reward. */
  private int caption() {
    boolean parameters =
        rows.stream().flatMap(r -> r.pictures().stream()).anyMatch(p -> p.caption().contains("["));
    return LINE * (parameters ? 3 : 2) + PAD / 2;
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
    g.setFont(Theme.font(11));
    int below = y + SIDE + LINE;
    for (String line : lines(picture.caption(), g.getFontMetrics())) {
      g.drawString(line, x + (SIDE - g.getFontMetrics().stringWidth(line)) / 2, below);
      below += LINE;
    }
  }

  /** The name of the algorithm in at most two lines, broken where its parameters begin or part. */
  private static List<String> lines(String caption, FontMetrics metrics) {
    int room = SIDE + PAD - 2;
    List<String> lines = new ArrayList<>();
    for (String line : caption.lines().toList()) {
      int cut = Math.max(line.indexOf('['), 0);
      boolean whole = metrics.stringWidth(line) <= room || cut == 0;
      lines.add(fit(whole ? line : line.substring(0, cut), metrics, room));
      if (!whole) {
        lines.add(fit(line.substring(cut), metrics, room));
      }
    }
    return lines;
  }

  /** The text, or as much of its head as there is room for. */
  private static String fit(String text, FontMetrics metrics, int width) {
    String fit = text;
    while (!fit.isEmpty() && metrics.stringWidth(fit) > width) {
      fit = fit.substring(0, fit.length() - (fit.endsWith("...") ? 4 : 1)).stripTrailing() + "...";
      if (fit.length() <= 3) {
        return "";
      }
    }
    return fit;
  }
}
