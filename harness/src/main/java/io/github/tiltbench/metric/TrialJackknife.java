package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Jackknife;
import io.github.tiltbench.stats.TrialNumbers;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Intervals of a number of whole trials, from leaving out one unit after the other. */
final class TrialJackknife {
  private static final int TRIALS = 10;

  private TrialJackknife() {}

  /** The number of all trials; refused under 10. */
  static Estimate estimate(
      TrialNumbers trials, ToDoubleFunction<TrialNumbers> number, double level) {
    int n = trials.count();
    if (n < TRIALS) {
      return new Estimate.Refused("it needs " + TRIALS + " trials; there are " + n, trials.n());
    }
    List<TrialNumbers> leftOut = trials.leftOut();
    double[] without = leftOut.stream().mapToDouble(number).toArray();
    int[] ones = new int[without.length];
    Arrays.fill(ones, 1);
    String unit = without.length < n ? "prompts" : "trials";
    return Jackknife.interval(number.applyAsDouble(trials), without, ones, unit, level);
  }
}
