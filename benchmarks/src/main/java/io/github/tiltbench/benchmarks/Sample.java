package io.github.tiltbench.benchmarks;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * What the iterations of one benchmark measured.
 *
 * @param values one an iteration, all forks in a row
 * @param unit as JMH names it
 */
record Sample(double[] values, String unit) {
  /** Confidence of every interval here. */
  static final double CONFIDENCE = 0.95;

  /** Their mean. */
  double mean() {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** Number of iterations. */
  int size() {
    return values.length;
  }

  /** The squared standard error of the mean; NaN with fewer than two iterations. */
  double errorSquared() {
    double mean = mean();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return size() < 2 ? Double.NaN : squares / (size() - 1.0) / size();
  }

  /** Half of Student's 95 % interval; NaN with fewer than two iterations. */
  double halfWidth() {
    return size() < 2 ? Double.NaN : quantile(size() - 1.0) * Math.sqrt(errorSquared());
  }

  /** Each value times a factor. */
  Sample times(double factor, String unit) {
    return new Sample(Arrays.stream(values).map(v -> v * factor).toArray(), unit);
  }

  /** How far the interval of a standard normal error reaches, with degrees of freedom. */
  static double quantile(double degrees) {
    return new TDistribution(null, degrees).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
  }
}
