package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;

/** The mean score of a sample, every prompt counting alike; larger is better. */
public record MeanScore() implements Metric {
  @Override
  public String name() {
    return "mean";
  }

  @Override
  public Input input() {
    return new Input.Scores();
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    return Intervals.mean(trials, confidence);
  }
}
