package io.github.tiltbench.result;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.stats.WeightedDraws;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Numbers of stored trials in the form that statistics take: the only way from one to the other.
 */
public final class StoredNumbers {
  private StoredNumbers() {}

  /**
   * A number a sample, with the weights of the samples.
   *
   * @param trials at least one, none {@link #extinct}
   * @param numbers of a trial, one a sample, none NaN or plus infinity
   * @param binary whether they are declared to be 0 or 1
   */
  public static TrialNumbers ofSamples(
      List<Trial> trials, Function<Trial, double[]> numbers, boolean binary) {
    boolean independent = trials.stream().allMatch(Trial::independent);
    return TrialNumbers.of(
        byUnit(
            trials,
            t ->
                WeightedDraws.weighted(numbers.apply(t), new Weights(t.logWeights()).normalised())),
        independent,
        binary);
  }

  /**
   * Numbers of a trial as a whole: one, or one a level.
   *
   * @param trials at least one
   * @param numbers of a trial, none NaN or plus infinity
   */
  public static TrialNumbers ofTrials(List<Trial> trials, Function<Trial, double[]> numbers) {
    return TrialNumbers.of(byUnit(trials, t -> WeightedDraws.of(numbers.apply(t))), false, false);
  }

  private static Map<TrialNumbers.Unit, WeightedDraws> byUnit(
      List<Trial> trials, Function<Trial, WeightedDraws> draws) {
    Map<TrialNumbers.Unit, WeightedDraws> units = new LinkedHashMap<>();
    trials.forEach(t -> units.put(unit(t), draws.apply(t)));
    return units;
  }

  /** What a trial shares with those of other cells. */
  public static TrialNumbers.Unit unit(Trial trial) {
    return new TrialNumbers.Unit(trial.id().prompt(), trial.id().repetition());
  }

  /** Whether no sample of a trial has any weight. */
  public static boolean extinct(Trial trial) {
    return new Weights(trial.logWeights()).extinct();
  }

  /** Why samples have no weights in some trial; empty if they have. */
  public static Optional<String> extinct(List<Trial> trials) {
    long extinct = trials.stream().filter(StoredNumbers::extinct).count();
    return extinct == 0
        ? Optional.empty()
        : Optional.of("all weights are zero in " + extinct + " of " + trials.size() + " trials");
  }
}
