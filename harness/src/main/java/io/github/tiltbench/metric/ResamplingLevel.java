package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import java.util.Arrays;
import java.util.Locale;

/**
 * When populations are resampled, as a level from T (noise) to 0 (data), averaged over trials,
 * every prompt counting alike.
 *
 * <p>Refused where some trial never resamples: a mean over the others would be of another
 * population.
 *
 * @param of which of a trial's resamplings
 */
public record ResamplingLevel(Of of) implements Metric {
  /** Which of a trial's resamplings. */
  public enum Of {
    /** The first of any of its populations. */
    FIRST,
    /** The median over all resamplings of its populations; the earlier of two. */
    MEDIAN
  }

  @Override
  public String name() {
    return "resampled-" + of.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Input input() {
    return new Input.Trace("resampled");
  }

  @Override
  public Estimate estimate(Observations observations, Confidence confidence) {
    int n = observations.trials().size();
    long never = observations.trials().stream().filter(o -> total(o.values()) == 0).count();
    if (never > 0) {
      return new Estimate.Refused(
          never == n
              ? "no population is ever resampled"
              : never + " of " + n + " trials never resample",
          n);
    }
    return Intervals.mean(observations.reduced(this::level).byPrompt(), confidence);
  }

  /** The level at which the resamplings so far reach the share, zero for the first of them. */
  private double level(double[] resampled) {
    double share = of == Of.FIRST ? 0 : 0.5 * total(resampled);
    double sum = 0;
    int i = -1;
    do {
      sum += resampled[++i];
    } while (sum == 0 || sum < share - 1e-9);
    return resampled.length - 1.0 - i;
  }

  private static double total(double[] resampled) {
    return Arrays.stream(resampled).sum();
  }
}
