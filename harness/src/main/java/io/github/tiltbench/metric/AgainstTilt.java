package io.github.tiltbench.metric;

import io.github.tiltbench.metric.law.TokenTilt;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TrialNumbers;
import java.util.function.ToDoubleFunction;

/**
 * A number of a cell less its true value under the tilted law of tokens, where that is summed: 0 in
 * the mean for a method that samples that law.
 *
 * @param name in tables
 * @param of the number
 * @param truth of one prompt; the mean over prompts is taken off
 */
public record AgainstTilt(String name, Metric of, ToDoubleFunction<TokenTilt> truth)
    implements Metric {
  /** The mean reward. */
  static final AgainstTilt REWARD =
      new AgainstTilt("law-reward", new MeanScore(), TokenTilt::meanReward);

  /** The log of the mean evidence. */
  static final AgainstTilt EVIDENCE =
      new AgainstTilt("law-evidence", new LogMeanEvidence(), TokenTilt::logConstant);

  @Override
  public Input input() {
    return of.input();
  }

  /** The number itself, from which the truth is still to be taken. */
  @Override
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    return of.estimate(trials, confidence);
  }
}
