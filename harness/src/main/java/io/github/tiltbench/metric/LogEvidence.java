package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The mean over trials of the log of the evidence estimate {@code Z^}.
 *
 * <p>{@code Z^} is unbiased, so its log is low by about half its variance. The mean is refused
 * under 10 trials, and where that variance, pooled within prompts, exceeds 4 nats².
 */
public record LogEvidence() implements Metric {
  private static final int TRIALS = 10;
  private static final double VARIANCE = 4;

  @Override
  public String name() {
    return "log-evidence";
  }

  @Override
  public Input input() {
    return new Input.Scalar("log_evidence");
  }

  @Override
  public Estimate estimate(Observations observations, Confidence confidence) {
    int n = observations.trials().size();
    if (n < TRIALS) {
      return new Estimate.Refused("log evidence needs " + TRIALS + " trials; there are " + n, n);
    }
    double variance = withinPrompts(observations);
    if (variance > VARIANCE) {
      return new Estimate.Refused(
          String.format(Locale.ROOT, "log evidence has the variance %.3g, over 4", variance), n);
    }
    return Intervals.mean(observations.byPrompt(), confidence);
  }

  private static double withinPrompts(Observations observations) {
    double squares = 0;
    int freedom = 0;
    for (var group :
        observations.trials().stream()
            .collect(Collectors.groupingBy(Observation::prompt))
            .values()) {
      double[] x = group.stream().mapToDouble(o -> o.values()[0]).toArray();
      double mean = Arrays.stream(x).average().orElseThrow();
      squares += Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
      freedom += x.length - 1;
    }
    return freedom == 0 ? 0 : squares / freedom;
  }
}
