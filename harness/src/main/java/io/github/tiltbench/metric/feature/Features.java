package io.github.tiltbench.metric.feature;

/**
 * Samples in a feature space.
 *
 * @param points one row a sample
 * @param probabilities of the classes, one row a sample; no rows where the space has no classes
 */
public record Features(double[][] points, double[][] probabilities) {
  /** Points of a space without classes. */
  public static Features of(double[][] points) {
    return new Features(points, new double[0][]);
  }
}
