package io.github.tiltbench.report;

import io.github.tiltbench.report.figure.Png;
import io.github.tiltbench.report.figure.Theme;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * Reward against budget: a line, its intervals as bars and a band, for each algorithm.
 *
 * <p>The budgets are spaced by their logarithm. Curves are moved aside by a hair so that bars at
 * one budget do not hide each other.
 *
 * @param title above the plot
 * @param budgetLabel below the horizontal axis
 * @param valueLabel beside the vertical axis
 * @param curves at least one with a point
 */
record CurveFigure(String title, String budgetLabel, String valueLabel, List<Curve> curves) {
  private static final double ASIDE = 0.011;

  byte[] png(Theme theme, int width, int height) {
    JFreeChart chart = chart(theme);
    return Png.draw(width, height, theme, g -> draw(chart, g, width, height));
  }

  private static void draw(JFreeChart chart, Graphics2D g, int width, int height) {
    chart.draw(g, new Rectangle2D.Double(0, 0, width, height));
  }

  private JFreeChart chart(Theme theme) {
    double[] budgets =
        curves.stream()
            .filter(c -> !c.constant())
            .flatMap(c -> c.points().stream())
            .mapToDouble(Curve.Point::budget)
            .sorted()
            .distinct()
            .toArray();
    ValueAxis across = new BudgetAxis(budgetLabel, budgets.length > 0 ? budgets : new double[] {1});
    NumberAxis up = new NumberAxis(valueLabel);
    up.setAutoRangeIncludesZero(false);
    up.setLowerMargin(0.06);
    up.setUpperMargin(0.06);
    style(across, theme);
    style(up, theme);
    XYPlot plot = new XYPlot(data(across), across, up, bands(theme));
    plot.setDataset(1, data(across));
    plot.setRenderer(1, bars(theme));
    plot.setBackgroundPaint(theme.paper());
    plot.setDomainGridlinePaint(theme.grid());
    plot.setRangeGridlinePaint(theme.grid());
    plot.setDomainGridlineStroke(new BasicStroke(1));
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.setOutlineVisible(false);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    JFreeChart chart = new JFreeChart(title, Theme.bold(16), plot, true);
    chart.setBackgroundPaint(theme.paper());
    chart.setPadding(new RectangleInsets(8, 8, 6, 14));
    chart.getTitle().setPaint(theme.ink());
    chart.getLegend().setItemFont(Theme.font(14));
    chart.getLegend().setItemPaint(theme.ink());
    chart.getLegend().setBackgroundPaint(theme.paper());
    chart.getLegend().setFrame(BlockBorder.NONE);
    return chart;
  }

  private static void style(ValueAxis axis, Theme theme) {
    axis.setLabelFont(Theme.font(14));
    axis.setTickLabelFont(Theme.font(13));
    axis.setLabelPaint(theme.ink());
    axis.setTickLabelPaint(theme.ink());
    axis.setAxisLinePaint(theme.ink());
    axis.setTickMarkPaint(theme.ink());
  }

  private XYDataset data(ValueAxis across) {
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    double aside = -ASIDE * (curves.stream().filter(c -> !c.constant()).count() - 1) / 2;
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      YIntervalSeries series = new YIntervalSeries(i + " " + curve.name());
      for (Curve.Point p : curve.points()) {
        if (curve.constant()) {
          add(series, across.getLowerBound(), p);
          add(series, across.getUpperBound(), p);
        } else {
          add(series, BudgetAxis.log2(p.budget()) + aside * across.getRange().getLength(), p);
        }
      }
      aside += curve.constant() ? 0 : ASIDE;
      data.addSeries(series);
    }
    return data;
  }

  private static void add(YIntervalSeries series, double x, Curve.Point p) {
    series.add(x, p.estimate().value(), p.estimate().low(), p.estimate().high());
  }

  private DeviationRenderer bands(Theme theme) {
    DeviationRenderer renderer = new DeviationRenderer(true, true);
    renderer.setAlpha(0.13f);
    renderer.setDrawSeriesLineAsPath(true);
    renderer.setLegendItemLabelGenerator((data, i) -> curves.get(i).name());
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      Color colour = theme.colour(curve.series());
      renderer.setSeriesPaint(i, colour);
      renderer.setSeriesFillPaint(i, colour);
      renderer.setSeriesShape(i, Theme.marker(curve.series()));
      renderer.setSeriesShapesVisible(i, !curve.constant());
      renderer.setSeriesStroke(
          i, curve.constant() ? Theme.constant() : theme.stroke(curve.series()));
    }
    return renderer;
  }

  private XYErrorRenderer bars(Theme theme) {
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setDefaultLinesVisible(false);
    renderer.setDefaultShapesVisible(false);
    renderer.setDefaultSeriesVisibleInLegend(false);
    renderer.setDrawXError(false);
    renderer.setCapLength(6);
    renderer.setErrorStroke(new BasicStroke(1.4f));
    for (int i = 0; i < curves.size(); i++) {
      renderer.setSeriesPaint(i, theme.colour(curves.get(i).series()));
      renderer.setSeriesVisible(i, !curves.get(i).constant());
    }
    return renderer;
  }
}
