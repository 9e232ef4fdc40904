package io.github.tiltbench.metric.law;

import io.github.tiltbench.model.GaussianMixtureLaw;

/**
 * A law on points.
 *
 * @param name which law it is, in words
 * @param mean of it
 * @param covariance of it
 * @param points a large sample of it
 * @param weights of the points, with a sum of one
 * @param exact whether mean and covariance are known without the points; the law is Gaussian then
 * @param modes the components of the data that points are counted to
 * @param shadow the points projected
 */
public record Law(
    String name,
    double[] mean,
    double[][] covariance,
    double[][] points,
    double[] weights,
    boolean exact,
    GaussianMixtureLaw modes,
    RandomProjections shadow)
    implements LawTarget {
  /** A law known by its points alone. */
  static Law of(String name, double[][] points, double[] weights, GaussianMixtureLaw modes) {
    int d = points[0].length;
    double[] mean = new double[d];
    double[][] covariance = new double[d][d];
    for (int i = 0; i < points.length; i++) {
      for (int k = 0; k < d; k++) {
        mean[k] += weights[i] * points[i][k];
      }
    }
    for (int i = 0; i < points.length; i++) {
      for (int k = 0; k < d; k++) {
        for (int j = 0; j < d; j++) {
          covariance[k][j] += weights[i] * (points[i][k] - mean[k]) * (points[i][j] - mean[j]);
        }
      }
    }
    return new Law(
        name,
        mean,
        covariance,
        points,
        weights,
        false,
        modes,
        RandomProjections.of(points, weights));
  }

  /** The component that a point most likely belongs to. */
  int mode(double[] x) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < modes.weights().length; k++) {
      double log = Math.log(modes.weights()[k]);
      for (int i = 0; i < x.length; i++) {
        double variance = modes.variances()[k][i];
        double off = x[i] - modes.means()[k][i];
        log -= 0.5 * (off * off / variance + Math.log(variance));
      }
      if (log > most) {
        most = log;
        best = k;
      }
    }
    return best;
  }
}
