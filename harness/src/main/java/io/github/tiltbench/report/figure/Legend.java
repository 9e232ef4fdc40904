package io.github.tiltbench.report.figure;

import io.github.tiltbench.report.figure.Layer.Style;
import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The names of a chart, each with a sample of its look. */
record Legend(List<Entry> entries) {
  private static final Font FONT = Theme.font(13);
  private static final int SWATCH = 30;
  private static final int GAP = 18;
  private static final int LINE = 18;

  /**
   * One name.
   *
   * @param line how its lines are drawn; empty if it has none
   * @param marked whether its points have the marker of the series
   */
  record Entry(String name, int series, Optional<Style> line, boolean marked) {}

  /** Every name once, in the order of the panels and their layers. */
  static Legend of(Chart chart) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Panel panel : chart.panels()) {
      for (Layer layer : panel.layers()) {
        if (layer instanceof Layer.Named named && !named.name().isEmpty()) {
          entries.merge(named.name(), entry(named), Legend::both);
        }
      }
    }
    return new Legend(List.copyOf(entries.values()));
  }

  private static Entry entry(Layer.Named layer) {
    return new Entry(
        layer.name(),
        layer.series(),
        layer instanceof Layer.Line line ? Optional.of(line.style()) : Optional.empty(),
        layer instanceof Layer.Points points && points.marked());
  }

  private static Entry both(Entry a, Entry b) {
    return new Entry(a.name(), a.series(), a.line().or(b::line), a.marked() || b.marked());
  }

  /** Where a part of the legend stands. */
  private record Place(Entry entry, int x, int y, List<String> lines) {}

  private List<Place> places(Graphics2D g, int width) {
    FontMetrics font = g.getFontMetrics(FONT);
    List<Place> places = new ArrayList<>();
    int x = 0;
    int y = 0;
    int below = 0;
    for (Entry entry : entries) {
      List<String> lines = Labels.wrap(entry.name(), width - SWATCH, font::stringWidth);
      int wide = SWATCH + lines.stream().mapToInt(font::stringWidth).max().orElse(0);
      if (x > 0 && x + wide > width) {
        x = 0;
        y = below;
      }
      places.add(new Place(entry, x, y, lines));
      below = Math.max(below, y + LINE * lines.size());
      x += wide + GAP;
    }
    return places;
  }

  int height(Graphics2D g, int width) {
    return places(g, width).stream().mapToInt(p -> p.y() + LINE * p.lines().size()).max().orElse(0);
  }

  void draw(Graphics2D g, Theme theme, int left, int top, int width) {
    for (Place place : places(g, width)) {
      int x = left + place.x();
      int y = top + place.y();
      swatch(g, theme, place.entry(), x, y + LINE / 2 - 1);
      g.setFont(FONT);
      g.setPaint(theme.ink());
      for (int i = 0; i < place.lines().size(); i++) {
        g.drawString(place.lines().get(i), x + SWATCH, y + i * LINE + 13);
      }
    }
  }

  private static void swatch(Graphics2D g, Theme theme, Entry entry, int x, int y) {
    g.setPaint(theme.colour(entry.series()));
    entry.line().ifPresent(style -> line(g, theme.stroke(entry.series(), style), x, y));
    if (entry.marked()) {
      g.fill(
          AffineTransform.getTranslateInstance(x + 12, y)
              .createTransformedShape(Theme.marker(entry.series())));
    } else if (entry.line().isEmpty()) {
      g.fillRect(x + 6, y - 5, 12, 10);
    }
    g.setStroke(new BasicStroke(1));
  }

  private static void line(Graphics2D g, BasicStroke stroke, int x, int y) {
    g.setStroke(stroke);
    g.draw(new Line2D.Double(x, y, x + 24, y));
  }
}
