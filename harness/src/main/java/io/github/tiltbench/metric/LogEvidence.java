package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;
import java.util.Locale;
import java.util.Optional;

/**
 * The mean over trials of the log of the evidence estimate {@code Z^}.
 *
 * <p>{@code Z^} is unbiased, so its log is low by about half its variance; where a method weighs
 * otherwise, as {@code urge} by {@code weights: fkc}, it is off by more than that, as a warning or
 * the method's text says. The mean is refused under 10 trials, and where that variance, pooled
 * within prompts, exceeds 4 nats².
 */
public record LogEvidence() implements Metric {
  /** The name of the number among the scalars of a trial. */
  static final String KEY = "log_evidence";

  private static final int TRIALS = 10;
  private static final double VARIANCE = 4;

  @Override
  public String name() {
    return "log-evidence";
  }

  @Override
  public Input input() {
    return new Input.Scalar(KEY);
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    Optional<Estimate> refused = refusal(trials);
    return refused.isPresent() ? refused.get() : Intervals.mean(trials, confidence);
  }

  /** Why trials say too little of the evidence; empty if they say enough. */
  static Optional<Estimate> refusal(TrialNumbers trials) {
    int n = trials.count();
    double variance = EvidenceSpread.variance(trials);
    if (n < TRIALS) {
      return Optional.of(
          new Estimate.Refused(
              "log evidence needs " + TRIALS + " trials; there are " + n, trials.n()));
    }
    return variance > VARIANCE
        ? Optional.of(
            new Estimate.Refused(
                String.format(Locale.ROOT, "log evidence has the variance %.3g, over 4", variance),
                trials.n()))
        : Optional.empty();
  }
}
