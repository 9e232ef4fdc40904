package io.github.tiltbench.metric.sample;

import java.util.Arrays;

/** Arithmetic of points. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double squares(double[] a) {
    return dot(a, a);
  }

  static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double off = a[i] - b[i];
      sum += off * off;
    }
    return sum;
  }

  /** The points scaled to length one; a zero vector becomes NaN. */
  static WeightedPoints normalised(WeightedPoints part) {
    double[][] rows =
        Arrays.stream(part.rows())
            .map(
                row -> {
                  double length = Math.sqrt(squares(row));
                  return Arrays.stream(row).map(v -> v / length).toArray();
                })
            .toArray(double[][]::new);
    return new WeightedPoints(rows, part.weights(), part.weighted());
  }
}
