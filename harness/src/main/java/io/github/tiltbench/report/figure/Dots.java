package io.github.tiltbench.report.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleEdge;

/** A cloud as one path of round specks, a fraction of what a shape a dot would take in a file. */
final class Dots extends AbstractXYAnnotation {
  private final double[] x;
  private final double[] y;
  private final double size;
  private final Color colour;

  Dots(double[] x, double[] y, double size, Color colour) {
    this.x = x;
    this.y = y;
    this.size = size;
    this.colour = colour;
  }

  @Override
  public void draw(
      Graphics2D g,
      XYPlot plot,
      Rectangle2D area,
      ValueAxis across,
      ValueAxis up,
      int rendererIndex,
      PlotRenderingInfo info) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
        double right = across.valueToJava2D(x[i], area, RectangleEdge.BOTTOM);
        double down = up.valueToJava2D(y[i], area, RectangleEdge.LEFT);
        path.moveTo(right, down);
        path.lineTo(right, down);
      }
    }
    g.setPaint(colour);
    g.setStroke(new BasicStroke((float) size, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(path);
  }
}
