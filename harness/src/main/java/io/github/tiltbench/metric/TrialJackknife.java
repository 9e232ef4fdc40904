package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Jackknife;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Intervals of a number of whole trials, from leaving out one trial after the other. */
final class TrialJackknife {
  private static final int TRIALS = 10;

  private TrialJackknife() {}

  /** The number of all trials; refused under 10. */
  static Estimate estimate(
      Observations observations, ToDoubleFunction<List<Observation>> number, double level) {
    List<Observation> trials = observations.trials();
    int n = trials.size();
    if (n < TRIALS) {
      return new Estimate.Refused("it needs " + TRIALS + " trials; there are " + n, n);
    }
    double[] without =
        IntStream.range(0, n)
            .mapToDouble(
                i ->
                    number.applyAsDouble(
                        IntStream.range(0, n).filter(k -> k != i).mapToObj(trials::get).toList()))
            .toArray();
    int[] ones = new int[n];
    Arrays.fill(ones, 1);
    return Jackknife.interval(number.applyAsDouble(trials), without, ones, "trials", level);
  }
}
