package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;

/**
 * A quantile of the scores of all samples, every prompt counting alike; larger is better. The
 * papers print the median and, as "10 %", the quantile 0.9.
 *
 * @param p probability, in (0, 1)
 */
public record QuantileScore(double p) implements Metric {
  @Override
  public String name() {
    return "q" + p;
  }

  @Override
  public Input input() {
    return new Input.Scores();
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    return trials.binary()
        ? new Estimate.Refused("scores are only 0 and 1: their mean says it all", trials.n())
        : Intervals.quantile(trials, p, confidence);
  }
}
