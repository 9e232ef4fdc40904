package io.github.tiltbench.notebooks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Pictures for cells. */
public final class Charts {
  private static final int POINTS = 301;
  private static final Color[] COLOURS = {
    new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7)
  };

  private Charts() {}

  /**
   * Kernel density estimates of samples, with a known density as a black line.
   *
   * @param samples by name, in the order of the map
   * @param bandwidth standard deviation of the kernel
   */
  public static BufferedImage densities(
      String title,
      Map<String, double[]> samples,
      double bandwidth,
      DoubleUnaryOperator truth,
      double from,
      double to) {
    XYSeriesCollection data = new XYSeriesCollection();
    data.addSeries(curve("true law", truth, from, to));
    samples.forEach(
        (name, x) -> data.addSeries(curve(name, at -> kernel(x, bandwidth, at), from, to)));
    JFreeChart chart =
        ChartFactory.createXYLineChart(
            title, "x", "density", data, PlotOrientation.VERTICAL, true, false, false);
    XYPlot plot = chart.getXYPlot();
    plot.setBackgroundPaint(Color.WHITE);
    XYLineAndShapeRenderer lines = new XYLineAndShapeRenderer(true, false);
    for (int i = 0; i < data.getSeriesCount(); i++) {
      lines.setSeriesPaint(i, i == 0 ? Color.BLACK : COLOURS[(i - 1) % COLOURS.length]);
      lines.setSeriesStroke(i, new BasicStroke(i == 0 ? 3f : 1.8f));
    }
    plot.setRenderer(lines);
    return chart.createBufferedImage(760, 380);
  }

  private static XYSeries curve(String name, DoubleUnaryOperator f, double from, double to) {
    XYSeries series = new XYSeries(name);
    for (int i = 0; i < POINTS; i++) {
      double x = from + (to - from) * i / (POINTS - 1);
      series.add(x, f.applyAsDouble(x));
    }
    return series;
  }

  private static double kernel(double[] x, double h, double at) {
    return Arrays.stream(x).map(v -> (at - v) / h).map(z -> Math.exp(-z * z / 2)).sum()
        / (x.length * h * Math.sqrt(2 * Math.PI));
  }
}
