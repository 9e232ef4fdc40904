package io.github.tiltbench.stats;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How one cell differs from another whose trials share no noise with its own.
 *
 * <p>With 20 or more prompts, which both cells have, the unit is the prompt: one difference each,
 * as in {@link Paired}. With fewer, the trials of each cell vary by themselves within fixed
 * prompts: the variances of the two means add up, and the ends are Student's with the degrees of
 * freedom of B. L. Welch (Biometrika 34 (1947) 28-35). Cells that do share noise are known better
 * than this interval shows.
 */
public final class Unpaired {
  private Unpaired() {}

  /**
   * The mean of the first cell minus that of the second; every prompt counts alike.
   *
   * @throws IllegalArgumentException if the cells have other prompts
   */
  public static Estimate mean(TrialNumbers a, TrialNumbers b, Confidence c) {
    if (!names(a).equals(names(b))) {
      throw new IllegalArgumentException("cells must have the same prompts");
    }
    Optional<Estimate.Refused> meanless = a.meanless().or(b::meanless);
    if (meanless.isPresent()) {
      return meanless.get();
    }
    Scale scale = Scale.of(List.of(a, b));
    return scale.out(scaled(scale.in(a), scale.in(b), c));
  }

  private static Estimate scaled(TrialNumbers a, TrialNumbers b, Confidence c) {
    if (a.prompts().size() >= Intervals.UNITS) {
      double[] first = a.promptMeans();
      double[] second = b.promptMeans();
      double[] differences =
          IntStream.range(0, first.length).mapToDouble(p -> first[p] - second[p]).toArray();
      return Means.mean(new double[][] {differences}, c, "prompts");
    }
    return welch(a, b, c);
  }

  private static List<String> names(TrialNumbers trials) {
    return trials.prompts().stream().map(TrialNumbers.Prompt::name).toList();
  }

  private static Estimate welch(TrialNumbers a, TrialNumbers b, Confidence c) {
    int n = Math.min(a.count(), b.count());
    boolean single =
        Stream.of(a, b).flatMap(t -> t.prompts().stream()).anyMatch(p -> p.trials().size() < 2);
    if (single) {
      return new Estimate.Refused("a difference needs 2 trials of each prompt; there is 1", n);
    }
    Means.Moments first = Means.moments(a.trialMeans());
    Means.Moments second = Means.moments(b.trialMeans());
    double variance = first.variance() + second.variance();
    if (variance == 0) {
      return new Estimate.Refused("no spread: equal values in all trials of either", n);
    }
    double freedom =
        Means.freedom(
            new double[] {first.variance(), second.variance()},
            new double[] {first.freedom(), second.freedom()});
    double half = Means.quantile(freedom, 1 - c.tail()) * Math.sqrt(variance);
    double value = first.value() - second.value();
    String unit = a.prompts().size() == 1 ? "trials" : "trials in fixed prompts";
    Estimate.Interval mean =
        new Estimate.Interval(
            value, value - half, value + half, c.level(), "Welch's t, " + unit, n);
    double skewness =
        Means.skewness(a.trialMeans()) * Math.pow(first.variance() / variance, 1.5)
            - Means.skewness(b.trialMeans()) * Math.pow(second.variance() / variance, 1.5);
    return Means.noted(mean, skewness);
  }
}
