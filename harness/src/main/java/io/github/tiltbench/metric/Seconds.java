package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;

/**
 * The wall time of a returned sample in seconds, every prompt counting alike: of this machine and
 * what else it did.
 */
record Seconds() implements Metric {
  @Override
  public String name() {
    return "seconds";
  }

  @Override
  public Input input() {
    return new Input.WallTime();
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    return Intervals.mean(trials, confidence).within(0, Double.POSITIVE_INFINITY);
  }
}
