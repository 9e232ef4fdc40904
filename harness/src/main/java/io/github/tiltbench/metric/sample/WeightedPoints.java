package io.github.tiltbench.metric.sample;

/**
 * Weighted points that a statistic is computed from.
 *
 * @param rows points
 * @param weights one a point, with a sum of one; all equal unless {@code weighted}
 * @param weighted whether they come from trials with unequal weights
 */
public record WeightedPoints(double[][] rows, double[] weights, boolean weighted) {
  int size() {
    return rows.length;
  }

  int width() {
    return rows[0].length;
  }

  /** The sum of squared weights, 1/n if they are equal: what pairs of a point with itself weigh. */
  double selfWeight() {
    double sum = 0;
    for (double w : weights) {
      sum += w * w;
    }
    return sum;
  }

  double[] mean() {
    double[] mean = new double[width()];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += weights[i] * rows[i][k];
      }
    }
    return mean;
  }
}
