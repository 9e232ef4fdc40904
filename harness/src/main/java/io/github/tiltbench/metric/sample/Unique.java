package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;

/**
 * How many different sequences the samples of a prompt are, over how many they are in all, averaged
 * over prompts; it falls as there are more samples.
 */
public record Unique() implements SequenceMetric {
  @Override
  public String name() {
    return "unique";
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    return Sequences.within(cloud, name(), Unique::of, true, level);
  }

  /** The value of one prompt. */
  static double of(WeightedPoints part) {
    long different =
        Arrays.stream(part.rows())
            .map(row -> Arrays.toString(Sequences.tokens(row)))
            .distinct()
            .count();
    return (double) different / part.size();
  }
}
