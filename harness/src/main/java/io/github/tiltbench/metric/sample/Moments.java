package io.github.tiltbench.metric.sample;

import java.util.Arrays;

/**
 * Mean and covariance of equally weighted points, gathered point by point; sums of two are those of
 * both sets together.
 *
 * <p>Sums are taken about the first point, so that a large common offset costs no digits.
 */
final class Moments {
  private int count;
  private double[] origin;
  private final double[] sum;
  private final double[][] squares;

  Moments(int width) {
    sum = new double[width];
    squares = new double[width][width];
  }

  /** Empty moments that measure from a given point, to be added to others that do. */
  Moments(double[] origin) {
    this(origin.length);
    this.origin = origin;
  }

  Moments add(double[] point) {
    if (origin == null) {
      origin = point;
    }
    double[] off = new double[sum.length];
    for (int i = 0; i < off.length; i++) {
      off[i] = point[i] - origin[i];
    }
    for (int i = 0; i < off.length; i++) {
      sum[i] += off[i];
      for (int j = 0; j <= i; j++) {
        squares[i][j] += off[i] * off[j];
      }
    }
    count++;
    return this;
  }

  /** Adds moments about the same origin. */
  Moments combine(Moments other) {
    count += other.count;
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.sum[i];
      for (int j = 0; j <= i; j++) {
        squares[i][j] += other.squares[i][j];
      }
    }
    return this;
  }

  /** What the sums are taken about. */
  double[] origin() {
    return origin;
  }

  double[] mean() {
    double[] mean = new double[sum.length];
    Arrays.setAll(mean, i -> origin[i] + sum[i] / count);
    return mean;
  }

  /** The unbiased covariance; of fewer than two points NaN. */
  double[][] covariance() {
    double[][] covariance = new double[sum.length][sum.length];
    for (int i = 0; i < sum.length; i++) {
      for (int j = 0; j <= i; j++) {
        double c = (squares[i][j] - sum[i] * sum[j] / count) / (count - 1);
        covariance[i][j] = c;
        covariance[j][i] = c;
      }
    }
    return covariance;
  }
}
