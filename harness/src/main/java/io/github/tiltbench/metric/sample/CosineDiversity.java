package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;

/**
 * The mean of 1 - cos over pairs of samples of a prompt, averaged over prompts; larger is more
 * diverse.
 *
 * <p>An unbiased U-statistic: with unit vectors {@code x^} and weights w of sum one it is {@code 1
 * - (|sum w x^|^2 - sum w^2) / (1 - sum w^2)}, in O(n p). Refused where a sample has no direction.
 */
public record CosineDiversity() implements SampleMetric {
  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    return cloud.withinPrompts(CosineDiversity::of, level).within(0, 2);
  }

  /** The value of one prompt; NaN for fewer than two points or a zero vector. */
  static double of(WeightedPoints part) {
    WeightedPoints units = Vectors.normalised(part);
    double self = part.selfWeight();
    return part.size() < 2 ? Double.NaN : 1 - (Vectors.squares(units.mean()) - self) / (1 - self);
  }
}
