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

/** An axis with its own ticks; those along the lower edge as far as there is room. */
final class TickAxis extends NumberAxis {
  private final transient List<NumberTick> ticks;

  private TickAxis(Axis axis) {
    super(axis.label());
    this.ticks = axis.ticks().stream().map(t -> tick(axis, t)).toList();
  }

  /** The axis over a range, in the coordinates of {@link Extent#placed}. */
  static NumberAxis of(Axis axis, Axis.Range range) {
    NumberAxis drawn = axis.ticks().isEmpty() ? new NumberAxis(axis.label()) : new TickAxis(axis);
    drawn.setRange(Extent.placed(axis, range.low()), Extent.placed(axis, range.high()));
    return drawn;
  }

  private static NumberTick tick(Axis axis, Axis.Tick tick) {
    return new NumberTick(
        Extent.placed(axis, tick.at()),
        tick.label(),
        TextAnchor.TOP_CENTER,
        TextAnchor.TOP_CENTER,
        0);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
    List<NumberTick> shown =
        ticks.stream().filter(t -> getRange().contains(t.getNumber().doubleValue())).toList();
    if (RectangleEdge.isLeftOrRight(edge)) {
      return shown.stream()
          .map(
              t ->
                  new NumberTick(
                      t.getNumber(),
                      t.getText(),
                      TextAnchor.CENTER_RIGHT,
                      TextAnchor.CENTER_RIGHT,
                      0))
          .toList();
    }
    FontMetrics font = g.getFontMetrics(getTickLabelFont());
    int widest = shown.stream().mapToInt(t -> font.stringWidth(t.getText())).max().orElse(0);
    int most = (int) (area.getWidth() / (widest + font.charWidth('0')));
    int step = Math.max(1, (shown.size() + most - 1) / Math.max(1, most));
    return IntStream.range(0, shown.size())
        .filter(i -> (shown.size() - 1 - i) % step == 0)
        .mapToObj(shown::get)
        .toList();
  }
}
