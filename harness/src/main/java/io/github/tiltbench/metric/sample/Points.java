package io.github.tiltbench.metric.sample;

import io.github.tiltbench.particle.Weights;
import java.util.Arrays;

/**
 * The samples of one trial as points of a feature space.
 *
 * @param prompt the condition it was run on
 * @param rows one point a sample, all of one width, no coordinate beyond 1e75, so that squares and
 *     their squares are numbers; at least one
 * @param logWeights log-weight of each, not all minus infinity
 */
public record Points(String prompt, double[][] rows, double[] logWeights) {
  private static final double MOST = 1e75;

  /** Refuses points that are not finite and trials without points or weight. */
  public Points {
    if (rows.length == 0 || rows.length != logWeights.length) {
      throw new IllegalArgumentException(
          rows.length + " points with " + logWeights.length + " weights");
    }
    for (double[] row : rows) {
      if (row.length != rows[0].length || !Arrays.stream(row).allMatch(v -> Math.abs(v) <= MOST)) {
        throw new IllegalArgumentException(
            "a point is not finite, beyond " + MOST + " or of another width");
      }
    }
    if (new Weights(logWeights).extinct()) {
      throw new IllegalArgumentException("all weights are zero in a trial");
    }
  }

  /** Equally weighted points. */
  public static Points of(String prompt, double[]... rows) {
    return new Points(prompt, rows, new double[rows.length]);
  }

  boolean weighted() {
    return Arrays.stream(logWeights).distinct().count() > 1;
  }

  /** The weights, with a sum of one. */
  double[] weights() {
    return new Weights(logWeights).normalised();
  }
}
