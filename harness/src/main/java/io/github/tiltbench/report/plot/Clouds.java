package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Axis;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Samples of a Euclidean space, a panel an algorithm, all on the same axes: a histogram in one
 * dimension, else the first two coordinates.
 */
final class Clouds {
  private static final int BINS = 40;
  private static final double MARGIN = 0.05;

  private Clouds() {}

  /**
   * The samples of one algorithm.
   *
   * @param series its place among all algorithms of the study
   * @param points at least one, each of the same dimension as those of others
   */
  record Cloud(String label, int series, List<double[]> points) {
    double[] coordinate(int i) {
      return points.stream().mapToDouble(p -> p[i]).toArray();
    }
  }

  /** The panels of at least one cloud. */
  static List<Panel> panels(List<Cloud> clouds) {
    boolean line = clouds.get(0).points().get(0).length == 1;
    Axis.Range across = range(clouds, 0);
    return line ? histograms(clouds, across) : planes(clouds, across, range(clouds, 1));
  }

  private static List<Panel> histograms(List<Cloud> clouds, Axis.Range across) {
    List<Layer.Histogram> all =
        clouds.stream()
            .map(
                c ->
                    Layer.Histogram.of(
                        "", c.series(), c.coordinate(0), BINS, across.low(), across.high()))
            .toList();
    double most = all.stream().flatMapToDouble(h -> Arrays.stream(h.density())).max().orElse(1);
    Axis up = Axis.linear("density").within(0, (1 + MARGIN) * most);
    return IntStream.range(0, all.size())
        .mapToObj(i -> new Panel(clouds.get(i).label(), axis(1, across), up, List.of(all.get(i))))
        .toList();
  }

  private static List<Panel> planes(List<Cloud> clouds, Axis.Range across, Axis.Range up) {
    return clouds.stream()
        .map(
            c ->
                new Panel(
                    c.label(),
                    axis(1, across),
                    axis(2, up),
                    List.of(Layer.Points.cloud("", c.series(), c.coordinate(0), c.coordinate(1)))))
        .toList();
  }

  private static Axis axis(int coordinate, Axis.Range range) {
    return Axis.linear("x" + coordinate).within(range.low(), range.high());
  }

  private static Axis.Range range(List<Cloud> clouds, int coordinate) {
    double[] all =
        clouds.stream()
            .flatMapToDouble(c -> Arrays.stream(c.coordinate(coordinate)))
            .sorted()
            .toArray();
    double low = all[0];
    double high = all[all.length - 1];
    double margin = high > low ? MARGIN * (high - low) : 1;
    return new Axis.Range(low - margin, high + margin);
  }
}
