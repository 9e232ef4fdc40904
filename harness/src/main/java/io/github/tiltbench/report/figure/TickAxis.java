package io.github.tiltbench.report.figure;

import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.IntStream;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/**
 * An axis with its own ticks, or where it has none with those of {@link Ticks}, which are written
 * alike in every language; along the lower edge as many as there is room for.
 */
final class TickAxis extends NumberAxis {
  private static final double LINES = 2.5;
  private static final int LEAST = 2;
  private static final int MOST = 10;

  private final transient Axis axis;

  private TickAxis(Axis axis) {
    super(axis.label());
    this.axis = axis;
  }

  /** The axis over a range, in the coordinates of {@link Extent#placed}. */
  static NumberAxis of(Axis axis, Axis.Range range) {
    NumberAxis drawn = new TickAxis(axis);
    drawn.setRange(Extent.placed(axis, range.low()), Extent.placed(axis, range.high()));
    return drawn;
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
    FontMetrics font = g.getFontMetrics(getTickLabelFont());
    if (RectangleEdge.isLeftOrRight(edge)) {
      return ticks((int) (area.getHeight() / (LINES * font.getHeight()))).stream()
          .map(t -> tick(t, TextAnchor.CENTER_RIGHT))
          .toList();
    }
    List<Axis.Tick> shown = ticks(MOST);
    int most = most(shown, font, area);
    if (axis.ticks().isEmpty()) {
      shown = ticks(most);
      most = most(shown, font, area);
    }
    int step = Math.max(1, (shown.size() + most - 1) / Math.max(1, most));
    List<Axis.Tick> all = shown;
    return IntStream.range(0, all.size())
        .filter(i -> (all.size() - 1 - i) % step == 0)
        .mapToObj(i -> tick(all.get(i), TextAnchor.TOP_CENTER))
        .toList();
  }

  /** How many labels as wide as the widest of some there is room for. */
  private static int most(List<Axis.Tick> ticks, FontMetrics font, Rectangle2D area) {
    int widest = ticks.stream().mapToInt(t -> font.stringWidth(t.label())).max().orElse(0);
    return (int) (area.getWidth() / (widest + font.charWidth('0')));
  }

  /** Its own ticks that are shown, or else about so many. */
  private List<Axis.Tick> ticks(int about) {
    return axis.ticks().isEmpty()
        ? Ticks.of(
            getRange().getLowerBound(),
            getRange().getUpperBound(),
            Math.max(LEAST, Math.min(MOST, about)))
        : axis.ticks().stream()
            .map(t -> new Axis.Tick(Extent.placed(axis, t.at()), t.label()))
            .filter(t -> getRange().contains(t.at()))
            .toList();
  }

  private static NumberTick tick(Axis.Tick tick, TextAnchor anchor) {
    return new NumberTick(tick.at(), tick.label(), anchor, anchor, 0);
  }
}
