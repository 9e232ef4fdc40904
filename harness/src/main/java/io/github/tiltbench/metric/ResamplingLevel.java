package io.github.tiltbench.metric;

import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.TrialNumbers;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * When populations are resampled, as a level from T (noise) to 0 (data), averaged over trials,
 * every prompt counting alike.
 *
 * <p>Trials that never resample have no such level; the number is of the others, and a note says
 * how many those are.
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
  public Estimate estimate(TrialNumbers trials, Confidence confidence) {
    int n = trials.count();
    Optional<TrialNumbers> some = trials.where(resampled -> total(resampled) > 0);
    if (some.isEmpty()) {
      return new Estimate.Refused("no population is ever resampled", trials.n());
    }
    Estimate level =
        Intervals.mean(some.get().reduced(this::level), confidence)
            .within(0, Double.POSITIVE_INFINITY);
    return some.get().count() == n
        ? level
        : Notes.with(level, "of the " + some.get().count() + " of " + n + " trials that resample");
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
