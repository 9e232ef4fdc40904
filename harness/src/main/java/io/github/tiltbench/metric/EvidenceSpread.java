package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The standard deviation over trials, in nats, of the log of the evidence estimate, pooled within
 * prompts. Above 1, estimates of single trials say little. Needs 10 trials.
 */
public record EvidenceSpread() implements Metric {
  @Override
  public String name() {
    return "log-evidence-sd";
  }

  @Override
  public Input input() {
    return new Input.Scalar(LogEvidence.KEY);
  }

  @Override
  public Estimate estimate(Observations observations, Confidence confidence) {
    return TrialJackknife.estimate(observations, t -> Math.sqrt(variance(t)), confidence.level());
  }

  /** The variance within prompts, in nats squared; zero without two trials of a prompt. */
  static double variance(List<Observation> trials) {
    double squares = 0;
    int freedom = 0;
    for (var group : trials.stream().collect(Collectors.groupingBy(Observation::prompt)).values()) {
      double[] x = group.stream().mapToDouble(o -> o.values()[0]).toArray();
      double mean = Arrays.stream(x).average().orElseThrow();
      squares += Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
      freedom += x.length - 1;
    }
    return freedom == 0 ? 0 : squares / freedom;
  }
}
