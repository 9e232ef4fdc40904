package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * The median over levels of a trace of shares, averaged over trials, every prompt counting alike.
 *
 * @param name in tables
 * @param key of the trace
 */
public record MedianTrace(String name, String key) implements Metric {
  @Override
  public Input input() {
    return new Input.Trace(key);
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    return Intervals.mean(trials.reduced(levels -> new Median().evaluate(levels)), confidence)
        .within(0, 1);
  }
}
