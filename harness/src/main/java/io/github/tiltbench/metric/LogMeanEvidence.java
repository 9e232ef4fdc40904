package io.github.tiltbench.metric;

import static java.util.stream.Collectors.groupingBy;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import java.util.List;

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
  public Estimate estimate(Observations observations, Confidence confidence) {
    return TrialJackknife.estimate(observations, LogMeanEvidence::of, confidence.level());
  }

  private static double of(List<Observation> trials) {
    return trials.stream().collect(groupingBy(Observation::prompt)).values().stream()
        .mapToDouble(
            g -> new Weights(g.stream().mapToDouble(o -> o.values()[0]).toArray()).logMean())
        .average()
        .orElseThrow();
  }
}
