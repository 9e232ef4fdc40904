package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one number is estimated from: prompts, the trials of each, the values of each trial.
 *
 * @param prompts at least one
 * @param independent whether all values of a trial are independent, equally weighted draws, as
 *     those of plain sampling are and those of a particle population are not
 */
public record TrialNumbers(List<Prompt> prompts, boolean independent) {

  /** A prompt and its trials, at least one. */
  public record Prompt(String name, List<WeightedDraws> trials) {
    public Prompt {
      trials = List.copyOf(trials);
      if (trials.isEmpty()) {
        throw new IllegalArgumentException("prompt " + name + " has no trials");
      }
    }

    /** The mean over trials of the means of their values. */
    double mean() {
      double first = trials.get(0).mean();
      return trials.stream().allMatch(t -> t.mean() == first)
          ? first
          : trials.stream().mapToDouble(WeightedDraws::mean).sum() / trials.size();
    }
  }

  public TrialNumbers {
    prompts = List.copyOf(prompts);
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("no prompts");
    }
  }

  /** The same trials with other values. */
  TrialNumbers map(DoubleUnaryOperator change) {
    return new TrialNumbers(
        prompts.stream()
            .map(p -> new Prompt(p.name(), p.trials().stream().map(t -> t.map(change)).toList()))
            .toList(),
        independent);
  }

  /** Why these values have no mean: some are minus infinity; empty if they have one. */
  Optional<Estimate.Refused> meanless() {
    int out = draws().mapToInt(WeightedDraws::inadmissible).sum();
    return out == 0
        ? Optional.empty()
        : Optional.of(
            new Estimate.Refused(
                "there is no mean: " + out + " of " + values().length + " values are -infinity",
                n()));
  }

  /** Number of independent units: prompts from 20 on, else draws or trials. */
  public int n() {
    return prompts.size() >= Intervals.UNITS ? prompts.size() : units().count();
  }

  /** The same values with every independent draw as a unit of its own. */
  TrialNumbers units() {
    return independent
        ? new TrialNumbers(prompts.stream().map(TrialNumbers::split).toList(), true)
        : this;
  }

  private static Prompt split(Prompt prompt) {
    return new Prompt(
        prompt.name(),
        prompt.trials().stream()
            .flatMap(t -> IntStream.range(0, t.size()).mapToObj(i -> WeightedDraws.of(t.value(i))))
            .toList());
  }

  /** The same values with every prompt as a single trial: a unit that is drawn as a whole. */
  TrialNumbers pooled() {
    return new TrialNumbers(
        prompts.stream()
            .map(p -> new Prompt(p.name(), List.of(WeightedDraws.pooled(p.trials()))))
            .toList(),
        false);
  }

  /** Number of trials over all prompts. */
  public int count() {
    return prompts.stream().mapToInt(p -> p.trials().size()).sum();
  }

  /** Whether every prompt has the same number of trials and every trial the same size. */
  boolean balanced() {
    return prompts.stream().mapToInt(p -> p.trials().size()).distinct().count() == 1
        && draws().mapToInt(WeightedDraws::size).distinct().count() == 1;
  }

  /** Whether every value is 0 or 1. */
  public boolean binary() {
    return Arrays.stream(values()).allMatch(v -> v == 0 || v == 1);
  }

  /** All trials, prompt after prompt. */
  Stream<WeightedDraws> draws() {
    return prompts.stream().flatMap(p -> p.trials().stream());
  }

  /** All values, trial after trial. */
  double[] values() {
    return draws().flatMapToDouble(TrialNumbers::stream).toArray();
  }

  private static DoubleStream stream(WeightedDraws d) {
    return IntStream.range(0, d.size()).mapToDouble(d::value);
  }

  /** The weight of every value in the equal mixture over prompts, in the order of the values. */
  double[] weights() {
    return prompts.stream()
        .flatMapToDouble(
            p -> p.trials().stream().flatMapToDouble(t -> shares(t, p.trials().size())))
        .toArray();
  }

  private DoubleStream shares(WeightedDraws t, int trials) {
    return IntStream.range(0, t.size()).mapToDouble(i -> t.weight(i) / trials / prompts.size());
  }

  /** The means of the trials, one array a prompt. */
  double[][] trialMeans() {
    return prompts.stream()
        .map(p -> p.trials().stream().mapToDouble(WeightedDraws::mean).toArray())
        .toArray(double[][]::new);
  }

  /** The means of the prompts. */
  double[] promptMeans() {
    return prompts.stream().mapToDouble(Prompt::mean).toArray();
  }

  /** The weight at or below a bound within each trial, one array a prompt. */
  double[][] sharesUpTo(double bound) {
    return prompts.stream()
        .map(p -> p.trials().stream().mapToDouble(t -> t.shareUpTo(bound)).toArray())
        .toArray(double[][]::new);
  }
}
