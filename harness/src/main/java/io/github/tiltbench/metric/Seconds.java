package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.stats.WeightedDraws;

/**
 * The wall time of a returned sample in seconds, every prompt counting alike: of this machine and
 * what else it did. Trials of a cohort share one time, which is no measurement of each; such a cell
 * is refused. What is learned beforehand, within a fit budget, is not in it.
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
    long times =
        trials.prompts().stream()
            .flatMap(p -> p.trials().stream())
            .mapToDouble(WeightedDraws::mean)
            .distinct()
            .count();
    if (times < trials.count()) {
      return new Estimate.Refused(
          "trials that ran together share their time; run --cohort 1 times each", trials.count());
    }
    return Intervals.mean(trials, confidence).within(0, Double.POSITIVE_INFINITY);
  }
}
