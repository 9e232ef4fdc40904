package io.github.tiltbench.report;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.IntStream;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/** An axis of log2 budgets with a tick at each budget that was run, as far as there is room. */
final class BudgetAxis extends NumberAxis {
  private final double[] budgets;

  BudgetAxis(String label, double[] budgets) {
    super(label);
    this.budgets = budgets;
    double first = log2(budgets[0]);
    double last = log2(budgets[budgets.length - 1]);
    double margin = Math.max(0.4, 0.06 * (last - first));
    setRange(first - margin, last + margin);
  }

  static double log2(double budget) {
    return Math.log(budget) / Math.log(2);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
    int most = (int) (area.getWidth() / g.getFontMetrics(getTickLabelFont()).stringWidth("00000"));
    int step = Math.max(1, (budgets.length + most - 1) / Math.max(1, most));
    return IntStream.range(0, budgets.length)
        .filter(i -> (budgets.length - 1 - i) % step == 0)
        .mapToObj(i -> tick(budgets[i]))
        .toList();
  }

  private static NumberTick tick(double budget) {
    return new NumberTick(
        log2(budget), Numbers.amount(budget), TextAnchor.TOP_CENTER, TextAnchor.TOP_CENTER, 0);
  }
}
