package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The share of free positions at which two samples of a prompt differ, averaged over pairs, then
 * over prompts; larger is more diverse.
 *
 * <p>Positions behind the end are equal to each other and to no token. An unbiased U-statistic,
 * from the counts of tokens at each position: {@code mean_i (1 - sum_v n_iv (n_iv - 1) / (n (n -
 * 1)))}.
 */
public record Hamming() implements SequenceMetric {
  @Override
  public String name() {
    return "hamming";
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    return Sequences.within(cloud, name(), Hamming::of, false, level);
  }

  /** The value of one prompt; NaN for fewer than two samples or no free position. */
  static double of(WeightedPoints part) {
    int n = part.size();
    double equal = 0;
    for (int at = 0; at < part.width(); at++) {
      int position = at;
      Map<Double, Integer> counts = new HashMap<>();
      Arrays.stream(part.rows()).forEach(row -> counts.merge(row[position], 1, Integer::sum));
      equal += counts.values().stream().mapToDouble(c -> c * (c - 1.0)).sum();
    }
    return 1 - equal / (n * (n - 1.0) * part.width());
  }
}
