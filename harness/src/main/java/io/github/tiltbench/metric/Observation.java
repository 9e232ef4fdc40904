package io.github.tiltbench.metric;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.stats.WeightedDraws;

/**
 * What one trial contributes to one number.
 *
 * @param prompt the condition it was run on
 * @param repetition its index among the trials of that prompt
 * @param values finite, at least one
 * @param logWeights log-weight of each value, minus infinity for none; not normalised
 */
public record Observation(String prompt, int repetition, double[] values, double[] logWeights) {
  /** Checks that there are values and that each is finite and has a weight. */
  public Observation {
    if (values.length == 0 || logWeights.length != values.length) {
      throw new IllegalArgumentException(
          where(prompt, repetition)
              + " has "
              + values.length
              + " values and "
              + logWeights.length
              + " weights");
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(where(prompt, repetition) + " has the value " + value);
      }
    }
  }

  /** Equally weighted values. */
  public static Observation of(String prompt, int repetition, double... values) {
    return new Observation(prompt, repetition, values, new double[values.length]);
  }

  /** The values with normalised weights. */
  WeightedDraws draws() {
    return WeightedDraws.weighted(values, new Weights(logWeights).normalised());
  }

  private static String where(String prompt, int repetition) {
    return "trial " + repetition + " of prompt '" + prompt + "'";
  }
}
