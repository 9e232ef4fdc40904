package io.github.tiltbench.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.jfree.chart.annotations.XYAnnotation;
import org.jfree.chart.annotations.XYDataImageAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.Marker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * A panel as a plot: a data set and a renderer a layer, from back to front; shading and clouds of
 * dots stand behind all others.
 */
final class PanelPlot {
  private static final double BAND = 0.16;
  private static final double CLOUD = 0.5;
  private static final double SHADE = 0.85;

  private final Panel panel;
  private final Theme theme;
  private final XYPlot plot;

  private PanelPlot(Panel panel, Theme theme, int size) {
    this.panel = panel;
    this.theme = theme;
    NumberAxis across =
        axis(TickAxis.of(panel.across(), Extent.across(panel.across(), panel.layers())), size);
    NumberAxis up = axis(TickAxis.of(panel.up(), Extent.up(panel.up(), panel.layers())), size);
    this.plot =
        new XYPlot(
            new YIntervalSeriesCollection(), across, up, new XYLineAndShapeRenderer(false, false));
    plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    plot.setBackgroundPaint(null);
    plot.setDomainGridlinePaint(theme.grid());
    plot.setRangeGridlinePaint(theme.grid());
    plot.setDomainGridlineStroke(new BasicStroke(1));
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.setOutlineVisible(false);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
  }

  /**
   * The plot of a panel.
   *
   * @param size of its letters
   */
  static XYPlot of(Panel panel, Theme theme, int size) {
    PanelPlot made = new PanelPlot(panel, theme, size);
    panel.layers().forEach(l -> made.add(l, size));
    return made.plot;
  }

  private NumberAxis axis(NumberAxis axis, int size) {
    Font font = Theme.font(size);
    axis.setLabelFont(font);
    axis.setTickLabelFont(Theme.font(size - 1));
    axis.setLabelPaint(theme.ink());
    axis.setTickLabelPaint(theme.ink());
    axis.setAxisLinePaint(theme.ink());
    axis.setTickMarkPaint(theme.ink());
    return axis;
  }

  private void add(Layer layer, int size) {
    if (layer instanceof Layer.Line line) {
      add(data(line), renderer(line));
    } else if (layer instanceof Layer.Band band) {
      add(data(band), renderer(band));
    } else if (layer instanceof Layer.Points points) {
      if (points.marked()) {
        add(data(points), markers(points));
      } else {
        dots(points);
      }
    } else if (layer instanceof Layer.Histogram histogram) {
      add(data(histogram), renderer(histogram));
    } else if (layer instanceof Layer.Heat heat) {
      shade(heat);
    } else {
      mark((Layer.Mark) layer, size);
    }
  }

  private void add(XYDataset data, XYItemRenderer renderer) {
    int index = plot.getDatasetCount();
    plot.setDataset(index, data);
    plot.setRenderer(index, renderer);
  }

  private double x(double x) {
    return Extent.placed(panel.across(), x);
  }

  private double y(double y) {
    return Extent.placed(panel.up(), y);
  }

  private static XYDataset data(YIntervalSeries series) {
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    data.addSeries(series);
    return data;
  }

  private XYDataset data(Layer.Line line) {
    YIntervalSeries series = new YIntervalSeries("", false, true);
    for (int i = 0; i < line.x().length; i++) {
      double y = y(line.y()[i]);
      series.add(x(line.x()[i]), y, y, y);
    }
    return data(series);
  }

  private XYItemRenderer renderer(Layer.Line line) {
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    renderer.setDrawSeriesLineAsPath(true);
    Color colour = theme.colour(line.series());
    boolean thin = line.style() == Layer.Style.THIN;
    renderer.setSeriesPaint(0, thin ? Theme.faint(colour, CLOUD) : colour);
    renderer.setSeriesStroke(0, theme.stroke(line.series(), line.style()));
    return renderer;
  }

  private XYDataset data(Layer.Band band) {
    YIntervalSeries series = new YIntervalSeries("", false, true);
    for (int i = 0; i < band.x().length; i++) {
      double low = y(band.low()[i]);
      double high = y(band.high()[i]);
      series.add(x(band.x()[i]), (low + high) / 2, low, high);
    }
    return data(series);
  }

  private XYItemRenderer renderer(Layer.Band band) {
    DeviationRenderer renderer = new DeviationRenderer(false, false);
    renderer.setAlpha((float) BAND);
    renderer.setSeriesFillPaint(0, theme.colour(band.series()));
    return renderer;
  }

  private XYDataset data(Layer.Points points) {
    XYIntervalSeries series = new XYIntervalSeries("", false, true);
    Layer.Bars bars = points.bars();
    for (int i = 0; i < points.x().length; i++) {
      double x = x(points.x()[i]);
      double y = y(points.y()[i]);
      double low = bars.none() ? 0 : bars.across() ? x(bars.low()[i]) : y(bars.low()[i]);
      double high = bars.none() ? 0 : bars.across() ? x(bars.high()[i]) : y(bars.high()[i]);
      if (bars.across()) {
        series.add(x, low, high, y, y, y);
      } else {
        series.add(x, x, x, y, low, high);
      }
    }
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    data.addSeries(series);
    return data;
  }

  private XYItemRenderer markers(Layer.Points points) {
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setDefaultLinesVisible(false);
    renderer.setDrawXError(!points.bars().none() && points.bars().across());
    renderer.setDrawYError(!points.bars().none() && !points.bars().across());
    renderer.setCapLength(6);
    renderer.setErrorStroke(new BasicStroke(1.4f));
    renderer.setSeriesPaint(0, theme.colour(points.series()));
    renderer.setSeriesShape(0, Theme.marker(points.series(), points.size()));
    return renderer;
  }

  private void dots(Layer.Points points) {
    behind(
        new Dots(
            Arrays.stream(points.x()).map(this::x).toArray(),
            Arrays.stream(points.y()).map(this::y).toArray(),
            points.size(),
            Theme.faint(theme.colour(points.series()), CLOUD)));
  }

  private void behind(XYAnnotation annotation) {
    plot.getRenderer().addAnnotation(annotation, org.jfree.chart.ui.Layer.BACKGROUND);
  }

  private XYDataset data(Layer.Histogram histogram) {
    XYIntervalSeries series = new XYIntervalSeries("", false, true);
    for (int i = 0; i < histogram.density().length; i++) {
      double low = x(histogram.edges()[i]);
      double high = x(histogram.edges()[i + 1]);
      double density = histogram.density()[i];
      series.add((low + high) / 2, low, high, density, 0, density);
    }
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    data.addSeries(series);
    return data;
  }

  private XYItemRenderer renderer(Layer.Histogram histogram) {
    XYBarRenderer renderer = new XYBarRenderer();
    renderer.setShadowVisible(false);
    renderer.setBarPainter(new StandardXYBarPainter());
    renderer.setSeriesPaint(0, Theme.faint(theme.colour(histogram.series()), 0.75));
    return renderer;
  }

  /** The grid as an image, a pixel a value, behind everything. */
  private void shade(Layer.Heat heat) {
    int columns = heat.x().length;
    int rows = heat.y().length;
    BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
    double most = heat.most();
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double part = most > 0 ? heat.density()[r][c] / most : 0;
        image.setRGB(c, rows - 1 - r, Theme.faint(theme.ink(), SHADE * part).getRGB());
      }
    }
    double wide = heat.step(true);
    double high = heat.step(false);
    behind(
        new XYDataImageAnnotation(
            image, heat.x()[0] - wide / 2, heat.y()[0] - high / 2, columns * wide, rows * high));
  }

  private void mark(Layer.Mark mark, int size) {
    Marker marker = new ValueMarker(mark.vertical() ? x(mark.at()) : y(mark.at()));
    marker.setPaint(theme.ink());
    marker.setStroke(
        new BasicStroke(
            1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 3}, 0));
    marker.setLabel(mark.label());
    marker.setLabelFont(Theme.font(size - 1));
    marker.setLabelPaint(theme.ink());
    marker.setLabelAnchor(RectangleAnchor.TOP_RIGHT);
    if (mark.vertical()) {
      marker.setLabelTextAnchor(TextAnchor.TOP_LEFT);
      plot.addDomainMarker(marker);
    } else {
      marker.setLabelTextAnchor(TextAnchor.BOTTOM_RIGHT);
      plot.addRangeMarker(marker);
    }
  }
}
