package io.github.tiltbench.metric;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TrialNumbers;

/**
 * The log of the mean over trials of the evidence estimate, in nats, averaged over prompts: unlike
 * the mean of logs it is low by no more than half the variance of that mean. Needs 10 trials.
 */
public record LogMeanEvidence() implements Metric {
  @Override
  public String name() {
    return "log-mean-evidence";
  }

  @Override
  public Input input() {
    return new Input.Scalar(LogEvidence.KEY);
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    return TrialJackknife.estimate(trials, LogMeanEvidence::of, confidence.level());
  }

  private static double of(TrialNumbers trials) {
    return trials.prompts().stream()
        .mapToDouble(
            p -> new Weights(p.trials().stream().mapToDouble(t -> t.value(0)).toArray()).logMean())
        .average()
        .orElseThrow();
  }
}
