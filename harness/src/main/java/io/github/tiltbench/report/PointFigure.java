package io.github.tiltbench.report;

import io.github.tiltbench.report.figure.Png;
import io.github.tiltbench.report.figure.Theme;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.Range;
import org.jfree.data.statistics.HistogramDataset;
import org.jfree.data.statistics.HistogramType;
import org.jfree.data.xy.DefaultXYDataset;
import org.jfree.data.xy.XYDataset;

/**
 * Samples of a Euclidean space, a panel an algorithm, all on the same axes: a histogram in one
 * dimension, else the first two coordinates.
 *
 * @param panels at least one, each with points of the same dimension
 */
record PointFigure(List<Panel> panels) {
  private static final int SIDE = 260;
  private static final int BINS = 40;

  /**
   * The samples of one algorithm.
   *
   * @param series its place among all algorithms of the study
   */
  record Panel(String title, int series, List<double[]> points) {}

  byte[] png(Theme theme, int most) {
    int columns = Math.min(most, panels.size());
    int rows = (panels.size() + columns - 1) / columns;
    return Png.draw(columns * SIDE, rows * SIDE, theme, g -> draw(g, theme, columns));
  }

  private void draw(Graphics2D g, Theme theme, int columns) {
    boolean line = panels.get(0).points().get(0).length == 1;
    Range across = range(0);
    Range up = line ? density(across) : range(1);
    for (int i = 0; i < panels.size(); i++) {
      JFreeChart chart = chart(panels.get(i), theme, across, up);
      int x = i % columns * SIDE;
      int y = i / columns * SIDE;
      chart.draw(g, new Rectangle2D.Double(x, y, SIDE, SIDE));
    }
  }

  private Range range(int coordinate) {
    double[] all =
        panels.stream()
            .flatMap(p -> p.points().stream())
            .mapToDouble(x -> x[coordinate])
            .sorted()
            .toArray();
    double low = all[0];
    double high = all[all.length - 1];
    double margin = high > low ? 0.05 * (high - low) : 1;
    return new Range(low - margin, high + margin);
  }

  private Range density(Range across) {
    double most = 0;
    for (Panel panel : panels) {
      HistogramDataset data = histogram(panel, across);
      for (int i = 0; i < data.getItemCount(0); i++) {
        most = Math.max(most, data.getYValue(0, i));
      }
    }
    return new Range(0, 1.05 * most);
  }

  private static HistogramDataset histogram(Panel panel, Range across) {
    HistogramDataset data = new HistogramDataset();
    data.setType(HistogramType.SCALE_AREA_TO_1);
    double[] x = panel.points().stream().mapToDouble(p -> p[0]).toArray();
    data.addSeries("", x, BINS, across.getLowerBound(), across.getUpperBound());
    return data;
  }

  private static JFreeChart chart(Panel panel, Theme theme, Range across, Range up) {
    boolean line = panel.points().get(0).length == 1;
    NumberAxis horizontal = axis("x1", across, theme);
    NumberAxis vertical = axis(line ? "density" : "x2", up, theme);
    Color colour = theme.colour(panel.series());
    XYDataset data = line ? histogram(panel, across) : scatter(panel);
    XYItemRenderer renderer = line ? bars() : dots();
    renderer.setSeriesPaint(
        0, line ? colour : new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 130));
    XYPlot plot = new XYPlot(data, horizontal, vertical, renderer);
    plot.setBackgroundPaint(theme.paper());
    plot.setDomainGridlinePaint(theme.grid());
    plot.setRangeGridlinePaint(theme.grid());
    plot.setOutlineVisible(false);
    JFreeChart chart = new JFreeChart(panel.title(), Theme.bold(13), plot, false);
    chart.setBackgroundPaint(theme.paper());
    chart.setPadding(new RectangleInsets(4, 4, 4, 8));
    chart.getTitle().setPaint(theme.ink());
    return chart;
  }

  private static XYItemRenderer bars() {
    XYBarRenderer bars = new XYBarRenderer();
    bars.setShadowVisible(false);
    bars.setBarPainter(new StandardXYBarPainter());
    return bars;
  }

  private static XYItemRenderer dots() {
    XYLineAndShapeRenderer dots = new XYLineAndShapeRenderer(false, true);
    dots.setSeriesShape(0, new Ellipse2D.Double(-1.7, -1.7, 3.4, 3.4));
    return dots;
  }

  private static XYDataset scatter(Panel panel) {
    DefaultXYDataset data = new DefaultXYDataset();
    data.addSeries(
        "",
        new double[][] {
          panel.points().stream().mapToDouble(p -> p[0]).toArray(),
          panel.points().stream().mapToDouble(p -> p[1]).toArray()
        });
    return data;
  }

  private static NumberAxis axis(String label, Range range, Theme theme) {
    NumberAxis axis = new NumberAxis(label);
    axis.setRange(range);
    axis.setLabelFont(Theme.font(11));
    axis.setTickLabelFont(Theme.font(11));
    axis.setLabelPaint(theme.ink());
    axis.setTickLabelPaint(theme.ink());
    axis.setAxisLinePaint(theme.ink());
    return axis;
  }
}
