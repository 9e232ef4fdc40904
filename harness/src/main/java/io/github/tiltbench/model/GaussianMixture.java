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
public record GaussianMixture(double[] weights, double[][] means, double[][] variances) {
  private static final double SUM = 1e-9;

  /** Refuses weights that are no distribution, ragged rows and variances that are not positive. */
  public GaussianMixture {
    if (weights.length == 0) {
      throw new IllegalArgumentException("weights must not be empty");
    }
    double sum = Arrays.stream(weights).sum();
    if (Arrays.stream(weights).anyMatch(w -> !(w > 0)) || !(Math.abs(sum - 1) < SUM)) {
      throw new IllegalArgumentException("weights must be positive and sum to 1 but sum to " + sum);
    }
    requireRows("means", means, weights.length, means.length == 0 ? 0 : means[0].length);
    requireRows("variances", variances, weights.length, means[0].length);
    for (double[] row : variances) {
      if (Arrays.stream(row).anyMatch(v -> !(v > 0))) {
        throw new IllegalArgumentException("variances must be positive");
      }
    }
  }

  private static void requireRows(String name, double[][] rows, int count, int width) {
    if (rows.length != count) {
      throw new IllegalArgumentException(
          name + " must have one row a component (" + count + ") but has " + rows.length);
    }
    for (double[] row : rows) {
      if (row.length != width || width == 0) {
        throw new IllegalArgumentException(
            name + " must have rows of one width (" + width + ") but has one of " + row.length);
      }
      if (!Arrays.stream(row).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(name + " must be finite");
      }
    }
  }

  /** Points with one coordinate a column of the means. */
  public StateSpace.Euclidean space() {
    return new StateSpace.Euclidean(new int[] {means[0].length});
  }
}
