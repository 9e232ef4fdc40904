package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.StateSpace;
import java.util.Arrays;

/**
 * A mixture of Gaussians with diagonal covariances: the law of the data of an analytic model.
 *
 * @param weights of the components, summing to one
 * @param means one row a component
 * @param variances one row a component, the diagonal
 */
public record GaussianMixtureLaw(double[] weights, double[][] means, double[][] variances) {
  private static final double SUM = 1e-9;

  /** Refuses weights that are no distribution, ragged rows and variances that are not positive. */
  public GaussianMixtureLaw {
    if (weights.length == 0) {
      throw new IllegalArgumentException("weights must not be empty");
    }
    double sum = Arrays.stream(weights).sum();
    if (Arrays.stream(weights).anyMatch(w -> !(w > 0)) || !(Math.abs(sum - 1) < SUM)) {
      throw new IllegalArgumentException("weights must be positive and sum to 1 but sum to " + sum);
    }
    requireRows("means", means, weights.length);
    requireRows("variances", variances, weights.length);
    for (int k = 0; k < weights.length; k++) {
      requireComponent("means", means[k], "variances", variances[k]);
    }
  }

  private static void requireRows(String name, double[][] rows, int count) {
    if (rows.length != count) {
      throw new IllegalArgumentException(
          name + " must have one row a component (" + count + ") but has " + rows.length);
    }
    for (double[] row : rows) {
      if (row.length != rows[0].length) {
        throw new IllegalArgumentException(
            name
                + " must have rows of one width ("
                + rows[0].length
                + ") but has one of "
                + row.length);
      }
    }
  }

  /**
   * Refuses a component that is no Gaussian.
   *
   * @param ofMean what a message calls the mean
   * @param ofVariance what it calls the variance
   */
  static void requireComponent(String ofMean, double[] mean, String ofVariance, double[] variance) {
    if (mean.length == 0) {
      throw new IllegalArgumentException(ofMean + " must not be empty");
    }
    if (variance.length != mean.length) {
      throw new IllegalArgumentException(
          ofVariance
              + " must have as many entries as "
              + ofMean
              + " ("
              + mean.length
              + ") but has "
              + variance.length);
    }
    if (!Arrays.stream(mean).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(ofMean + " must be finite");
    }
    if (!Arrays.stream(variance).allMatch(v -> v > 0 && v < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(ofVariance + " must be positive and finite");
    }
  }

  /** Points with one coordinate a column of the means. */
  public StateSpace.Euclidean space() {
    return new StateSpace.Euclidean(new int[] {means[0].length});
  }
}
