package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one number is estimated from: prompts, the trials of each, the values of each trial. All
 * that is computed of stored trials arrives in this form.
 *
 * @param prompts at least one
 * @param independent whether all values of a trial are independent, equally weighted draws, as
 *     those of plain sampling are and those of a particle population are not
 * @param binary whether every value is declared to be 0 or 1, so that a mean is a share
 */
public record TrialNumbers(List<Prompt> prompts, boolean independent, boolean binary) {

  /**
   * What trials of different cells share; compared by hand, as it is often.
   *
   * @param prompt name of the prompt
   * @param repetition index among the trials of that prompt
   */
  public record Unit(String prompt, int repetition) implements Comparable<Unit> {
    @Override
    public int compareTo(Unit other) {
      int order = prompt.compareTo(other.prompt);
      return order == 0 ? Integer.compare(repetition, other.repetition) : order;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Unit unit
          && repetition == unit.repetition
          && prompt.equals(unit.prompt);
    }

    @Override
    public int hashCode() {
      return 31 * prompt.hashCode() + repetition;
    }
  }

  /**
   * A prompt and its trials, at least one.
   *
   * @param repetitions the index of each trial, in their order
   */
  public record Prompt(String name, List<Integer> repetitions, List<WeightedDraws> trials) {
    public Prompt {
      repetitions = List.copyOf(repetitions);
      trials = List.copyOf(trials);
      if (trials.isEmpty() || repetitions.size() != trials.size()) {
        throw new IllegalArgumentException(
            "prompt "
                + name
                + " has "
                + trials.size()
                + " trials, "
                + repetitions.size()
                + " names");
      }
    }

    /** A prompt with its trials in the order of their repetitions. */
    public Prompt(String name, List<WeightedDraws> trials) {
      this(name, IntStream.range(0, trials.size()).boxed().toList(), trials);
    }

    /** The mean over trials of the means of their values. */
    double mean() {
      double first = trials.get(0).mean();
      return trials.stream().allMatch(t -> t.mean() == first)
          ? first
          : trials.stream().mapToDouble(WeightedDraws::mean).sum() / trials.size();
    }
  }

  /** Refuses no prompts, and independent draws with unequal weights. */
  public TrialNumbers {
    prompts = List.copyOf(prompts);
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("no prompts");
    }
    if (independent
        && !prompts.stream().flatMap(p -> p.trials().stream()).allMatch(WeightedDraws::equal)) {
      throw new IllegalArgumentException("independent draws must be equally weighted");
    }
  }

  /** Numbers that are not declared to be 0 or 1. */
  public TrialNumbers(List<Prompt> prompts, boolean independent) {
    this(prompts, independent, false);
  }

  /** The numbers of trials, prompts and trials in the order of the map, of which there is one. */
  public static TrialNumbers of(
      Map<Unit, WeightedDraws> trials, boolean independent, boolean binary) {
    Map<String, List<Unit>> units =
        trials.keySet().stream()
            .collect(Collectors.groupingBy(Unit::prompt, LinkedHashMap::new, Collectors.toList()));
    return new TrialNumbers(
        units.entrySet().stream()
            .map(
                e ->
                    new Prompt(
                        e.getKey(),
                        e.getValue().stream().map(Unit::repetition).toList(),
                        e.getValue().stream().map(trials::get).toList()))
            .toList(),
        independent,
        binary);
  }

  /** The trials by what they share with those of other cells, in their order. */
  Map<Unit, WeightedDraws> byUnit() {
    Map<Unit, WeightedDraws> units = new LinkedHashMap<>();
    for (Prompt p : prompts) {
      for (int t = 0; t < p.trials().size(); t++) {
        units.put(new Unit(p.name(), p.repetitions().get(t)), p.trials().get(t));
      }
    }
    return units;
  }

  /** What the trials of this cell share with others. */
  public Set<Unit> sharing() {
    return byUnit().keySet();
  }

  /** The same trials with one number each, which is no share. */
  public TrialNumbers reduced(ToDoubleFunction<double[]> number) {
    return each(t -> WeightedDraws.of(number.applyAsDouble(t.values())), false, false);
  }

  /** Those trials whose values are wanted; empty if there is none. */
  public Optional<TrialNumbers> where(Predicate<double[]> wanted) {
    return only(byUnit().entrySet().stream().filter(e -> wanted.test(e.getValue().values())));
  }

  /** All trials but one unit, for each in turn: a prompt from 20 on, else a trial. */
  public List<TrialNumbers> leftOut() {
    Stream<Predicate<Unit>> left =
        prompts.size() >= Intervals.UNITS
            ? prompts.stream().map(p -> u -> u.prompt().equals(p.name()))
            : byUnit().keySet().stream().map(Predicate::isEqual);
    return left.flatMap(
            l -> only(byUnit().entrySet().stream().filter(e -> !l.test(e.getKey()))).stream())
        .toList();
  }

  private Optional<TrialNumbers> only(Stream<Map.Entry<Unit, WeightedDraws>> some) {
    Map<Unit, WeightedDraws> kept = new LinkedHashMap<>();
    some.forEach(e -> kept.put(e.getKey(), e.getValue()));
    return kept.isEmpty() ? Optional.empty() : Optional.of(of(kept, independent, binary));
  }

  private TrialNumbers each(
      UnaryOperator<WeightedDraws> change, boolean independent, boolean binary) {
    return new TrialNumbers(
        prompts.stream()
            .map(
                p ->
                    new Prompt(p.name(), p.repetitions(), p.trials().stream().map(change).toList()))
            .toList(),
        independent,
        binary);
  }

  /** The same trials with other values. */
  TrialNumbers map(DoubleUnaryOperator change) {
    return each(t -> t.map(change), independent, binary);
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
        ? new TrialNumbers(prompts.stream().map(TrialNumbers::split).toList(), true, binary)
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
    int count = 0;
    for (Prompt prompt : prompts) {
      count += prompt.trials().size();
    }
    return count;
  }

  /** Whether every prompt has the same number of trials and every trial the same size. */
  boolean balanced() {
    return prompts.stream().mapToInt(p -> p.trials().size()).distinct().count() == 1
        && draws().mapToInt(WeightedDraws::size).distinct().count() == 1;
  }

  /** Why the mean is no share although it is declared one: another value than 0 or 1. */
  Optional<Estimate.Refused> undeclared() {
    return binary
        ? Arrays.stream(values())
            .filter(v -> v != 0 && v != 1)
            .mapToObj(v -> new Estimate.Refused("declared 0 or 1, but there is " + v, n()))
            .findFirst()
        : Optional.empty();
  }

  /** All trials, prompt after prompt. */
  Stream<WeightedDraws> draws() {
    return prompts.stream().flatMap(p -> p.trials().stream());
  }

  /** All values, trial after trial. */
  double[] values() {
    double[] values = new double[size()];
    int at = 0;
    for (Prompt p : prompts) {
      for (WeightedDraws t : p.trials()) {
        for (int i = 0; i < t.size(); i++) {
          values[at++] = t.value(i);
        }
      }
    }
    return values;
  }

  private int size() {
    int size = 0;
    for (Prompt p : prompts) {
      for (WeightedDraws t : p.trials()) {
        size += t.size();
      }
    }
    return size;
  }

  /** The weight of every value in the equal mixture over prompts, in the order of the values. */
  double[] weights() {
    double[] weights = new double[size()];
    int at = 0;
    for (Prompt p : prompts) {
      for (WeightedDraws t : p.trials()) {
        for (int i = 0; i < t.size(); i++) {
          weights[at++] = t.weight(i) / p.trials().size() / prompts.size();
        }
      }
    }
    return weights;
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
