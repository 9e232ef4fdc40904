package io.github.tiltbench.report.figure;

import io.github.tiltbench.report.figure.Axis.Range;
import io.github.tiltbench.report.figure.Axis.Scale;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** From where to where an axis is shown, so that all drawings of a panel agree. */
final class Extent {
  private static final double MARGIN = 0.06;

  private Extent() {}

  static Range across(Axis axis, List<Layer> layers) {
    return of(axis, layers.stream().flatMapToDouble(l -> values(l, true)), false);
  }

  static Range up(Axis axis, List<Layer> layers) {
    boolean floor = layers.stream().anyMatch(l -> l instanceof Layer.Histogram);
    return of(axis, layers.stream().flatMapToDouble(l -> values(l, false)), floor);
  }

  /** The number where an axis draws it. */
  static double placed(Axis axis, double x) {
    return axis.scale() == Scale.LOG2 ? Math.log(x) / Math.log(2) : x;
  }

  /** All numbers with a margin; a floor is not left. */
  private static Range of(Axis axis, DoubleStream values, boolean floor) {
    if (axis.range().isPresent()) {
      return axis.range().get();
    }
    double[] all = values.map(x -> placed(axis, x)).filter(Double::isFinite).sorted().toArray();
    double low = all.length == 0 ? 0 : all[0];
    double high = all.length == 0 ? 1 : all[all.length - 1];
    double margin = high > low ? MARGIN * (high - low) : 0.5 * Math.max(1e-9, Math.abs(low));
    margin = margin == 0 ? 0.5 : margin;
    double from = floor ? low : low - margin;
    double to = high + margin;
    return axis.scale() == Scale.LOG2
        ? new Range(Math.pow(2, from), Math.pow(2, to))
        : new Range(from, to);
  }

  private static DoubleStream values(Layer layer, boolean across) {
    if (layer instanceof Layer.Line l) {
      return Arrays.stream(across ? l.x() : l.y());
    } else if (layer instanceof Layer.Band b) {
      return across ? Arrays.stream(b.x()) : both(b.low(), b.high());
    } else if (layer instanceof Layer.Points p) {
      DoubleStream places = Arrays.stream(across ? p.x() : p.y());
      return p.bars().across() == across
          ? DoubleStream.concat(places, both(p.bars().low(), p.bars().high()))
          : places;
    } else if (layer instanceof Layer.Histogram h) {
      return across
          ? Arrays.stream(h.edges())
          : DoubleStream.concat(DoubleStream.of(0), Arrays.stream(h.density()));
    } else if (layer instanceof Layer.Heat h) {
      double[] centres = across ? h.x() : h.y();
      double half = h.step(across) / 2;
      return Arrays.stream(centres).flatMap(c -> DoubleStream.of(c - half, c + half));
    }
    Layer.Mark mark = (Layer.Mark) layer;
    return mark.vertical() == across ? DoubleStream.of(mark.at()) : DoubleStream.empty();
  }

  private static DoubleStream both(double[] low, double[] high) {
    return DoubleStream.concat(Arrays.stream(low), Arrays.stream(high));
  }
}
