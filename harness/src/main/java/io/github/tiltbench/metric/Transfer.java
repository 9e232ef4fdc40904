package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;

/**
 * Whether a search over noise that looks at candidates through fewer levels ranks them as all
 * levels do: the mean over trials of Kendall's tau between the two rewards of fresh noises.
 *
 * <p>Tau of few noises is unbiased, so its mean over trials is the tau of all; below {@value
 * #TRIALS} trials, of 8 noises each, it is refused.
 *
 * <p>Source: Ma et al., arXiv 2501.09732, search with fewer steps than the final sample.
 */
public record Transfer() implements Metric {
  /** The note of a tau that is too low for a search on fewer levels to mean much. */
  public static final String LOW = "below 0.5, so fewer levels rank noise by another reward";

  private static final int TRIALS = 8;
  private static final double ENOUGH = 0.5;

  @Override
  public String name() {
    return "transfer";
  }

  @Override
  public Input input() {
    return new Input.Scalar("transfer");
  }

  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    if (trials.count() < TRIALS) {
      String few = "tau needs the noises of " + TRIALS + " trials; there are " + trials.count();
      return new Estimate.Refused(few, trials.n());
    }
    Estimate mean = Intervals.mean(trials, confidence).within(-1, 1);
    return mean instanceof Estimate.Interval tau && tau.value() < ENOUGH ? tau.noted(LOW) : mean;
  }
}
