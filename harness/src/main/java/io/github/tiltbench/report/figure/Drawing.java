package io.github.tiltbench.report.figure;

import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.ui.RectangleInsets;

/**
 * A chart drawn once and for all: its title, its panels, and a legend below them.
 *
 * @param width in units, of which a PNG has two pixels each; the height follows
 * @param titled whether the title is part of it
 */
public record Drawing(Chart chart, int width, boolean titled) {
  private static final int PAD = 10;
  private static final int LEAST = 230;
  private static final int MOST = 3;
  private static final Font TITLE = Theme.bold(15);
  private static final int LINE = 19;
  private static final int ROW = 36;

  /** What stands where. */
  private record Plan(
      List<String> title, int columns, int side, int tall, Legend legend, int height) {}

  /** As a PNG file; the same chart gives the same bytes where the fonts are the same. */
  public byte[] png(Theme theme) {
    Plan plan = plan(scratch());
    return Png.draw(width, plan.height(), theme, g -> draw(g, theme, plan));
  }

  /** As an SVG file whose texts are text; the same chart gives the same bytes. */
  public String svg(Theme theme) {
    Plan plan = plan(scratch());
    return Svg.draw(new Dimension(width, plan.height()), theme, g -> draw(g, theme, plan));
  }

  private static Graphics2D scratch() {
    return new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
  }

  private Plan plan(Graphics2D g) {
    int count = chart.panels().size();
    int columns = Math.min(count == 4 ? 2 : MOST, Math.min(count, Math.max(1, width / LEAST)));
    int rows = (count + columns - 1) / columns;
    int side = width / columns;
    int tall = (int) Math.round(side * (columns == 1 ? 0.52 : columns == 2 ? 0.75 : 0.95));
    int panel = Math.max(Math.max(tall, 220), named()) + heads(g, side);
    Legend legend = Legend.of(chart);
    List<String> title =
        titled
            ? Labels.wrap(chart.title(), width - 2 * PAD, g.getFontMetrics(TITLE)::stringWidth)
            : List.of();
    int named = legend.height(g, width - 2 * PAD);
    int height = LINE * title.size() + rows * panel + (named == 0 ? 0 : named + PAD) + 2 * PAD;
    return new Plan(title, columns, side, panel, legend, height);
  }

  /** The room that rows with names need. */
  private int named() {
    int most =
        chart.panels().stream()
            .filter(p -> p.up().scale() == Axis.Scale.LINEAR)
            .mapToInt(p -> p.up().ticks().size())
            .max()
            .orElse(0);
    return most * ROW + 3 * LINE;
  }

  /** The room that the titles of panels need. */
  private int heads(Graphics2D g, int side) {
    return chart.panels().stream().mapToInt(p -> LINE * head(g, p, side).size()).max().orElse(0);
  }

  private static List<String> head(Graphics2D g, Panel panel, int side) {
    Font font = Theme.bold(12);
    return panel.title().isEmpty()
        ? List.of()
        : Labels.wrap(panel.title(), side - 2 * PAD, g.getFontMetrics(font)::stringWidth);
  }

  private void draw(Graphics2D g, Theme theme, Plan plan) {
    int y = PAD;
    y = lines(g, theme, TITLE, plan.title(), width / 2, y);
    int heads = heads(g, plan.side());
    for (int i = 0; i < chart.panels().size(); i++) {
      Panel panel = chart.panels().get(i);
      int left = i % plan.columns() * plan.side();
      int top = y + i / plan.columns() * plan.tall();
      lines(g, theme, Theme.bold(12), head(g, panel, plan.side()), left + plan.side() / 2, top);
      chart(panel, theme, plan.columns())
          .draw(g, new Rectangle2D.Double(left, top + heads, plan.side(), plan.tall() - heads));
    }
    int rows = (chart.panels().size() + plan.columns() - 1) / plan.columns();
    plan.legend().draw(g, theme, PAD, y + rows * plan.tall() + PAD, width - 2 * PAD);
  }

  private static int lines(
      Graphics2D g, Theme theme, Font font, List<String> lines, int centre, int top) {
    g.setFont(font);
    g.setPaint(theme.ink());
    for (int i = 0; i < lines.size(); i++) {
      int wide = g.getFontMetrics().stringWidth(lines.get(i));
      g.drawString(lines.get(i), centre - wide / 2, top + i * LINE + 14);
    }
    return top + LINE * lines.size();
  }

  private static JFreeChart chart(Panel panel, Theme theme, int columns) {
    JFreeChart chart =
        new JFreeChart(null, TITLE, PanelPlot.of(panel, theme, columns == 1 ? 13 : 11), false);
    chart.setBackgroundPaint(null);
    chart.setPadding(new RectangleInsets(4, 4, 4, 12));
    return chart;
  }
}
