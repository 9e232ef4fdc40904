package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;

/**
 * The mean of one diagnostic over trials, every prompt counting alike.
 *
 * @param name in tables
 * @param key of the diagnostic, which is never negative
 * @param most that it can be
 */
public record MeanScalar(String name, String key, double most) implements Metric {
  @Override
  public Input input() {
    return new Input.Scalar(key);
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    return Intervals.mean(trials, confidence).within(0, most);
  }
}
