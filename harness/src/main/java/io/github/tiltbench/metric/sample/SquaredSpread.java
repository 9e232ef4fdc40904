package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;

/**
 * The mean squared Euclidean distance of pairs of samples of a prompt, averaged over prompts;
 * larger is more diverse, in squared units of the features.
 *
 * <p>An unbiased U-statistic: with weights w of sum one it is {@code 2 sum w |x - m|^2 / (1 - sum
 * w^2)}, m the weighted mean; with equal weights twice the trace of the unbiased covariance.
 */
public record SquaredSpread() implements SampleMetric {
  @Override
  public String name() {
    return "spread";
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    return cloud.withinPrompts(SquaredSpread::of, level).within(0, Double.POSITIVE_INFINITY);
  }

  /** The value of one prompt; NaN for fewer than two points. */
  static double of(WeightedPoints part) {
    if (part.size() < 2) {
      return Double.NaN;
    }
    double[] mean = part.mean();
    double sum = 0;
    for (int i = 0; i < part.size(); i++) {
      sum += part.weights()[i] * Vectors.squaredDistance(part.rows()[i], mean);
    }
    return 2 * sum / (1 - part.selfWeight());
  }
}
