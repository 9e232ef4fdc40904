package io.github.tiltbench.metric;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TrialNumbers;
import java.util.Optional;

/**
 * The log of the mean over trials of the evidence estimate, in nats, averaged over prompts: unlike
 * the mean of logs it is low by no more than half the variance of that mean.
 *
 * <p>It rests on the few largest estimates, the more so the wider they spread: of 16 normal logs
 * its interval misses in 7 % of experiments at a standard deviation of 0.6, 9 % at 1 and 24 % at 2.
 * It is refused under 10 trials and, as the mean of logs is, where their variance exceeds 4 nats².
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
    Optional<Estimate> refused = LogEvidence.refusal(trials);
    return refused.isPresent()
        ? refused.get()
        : TrialJackknife.estimate(trials, LogMeanEvidence::of, confidence.level());
  }

  private static double of(TrialNumbers trials) {
    return trials.prompts().stream()
        .mapToDouble(
            p -> new Weights(p.trials().stream().mapToDouble(t -> t.value(0)).toArray()).logMean())
        .average()
        .orElseThrow();
  }
}
