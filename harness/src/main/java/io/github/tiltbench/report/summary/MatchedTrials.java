package io.github.tiltbench.report.summary;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Matched;
import io.github.tiltbench.stats.WeightedDraws;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The trials of one contest, matched between cells by what they share: prompt and repetition.
 *
 * @param results of the study
 * @param contest which model and verifier
 */
public record MatchedTrials(Results results, Task contest) {
  /** Names the target reward among the judges. */
  public static final String TARGET = "";

  private Stream<PlanFile.Row> cells() {
    return results.plan().cells().stream()
        .filter(c -> c.model().equals(contest.model()) && c.verifier().equals(contest.verifier()));
  }

  /** The labels of the algorithms, in plan order. */
  public List<String> labels() {
    return cells().map(PlanFile.Row::label).distinct().toList();
  }

  /** The judges, without the target itself. */
  public List<String> judges() {
    return results.plan().crossRewards().stream()
        .filter(j -> !j.equals(contest.verifier()))
        .toList();
  }

  /** The budgets of all algorithms, from small to large. */
  public List<Long> budgets() {
    return cells().map(PlanFile.Row::at).filter(Objects::nonNull).distinct().sorted().toList();
  }

  /** The budgets of one algorithm, from small to large. */
  public List<Long> budgets(String label) {
    return cells()
        .filter(c -> c.label().equals(label) && c.at() != null)
        .map(PlanFile.Row::at)
        .sorted()
        .toList();
  }

  /** An algorithm's cell at a budget, or the one that it has for any. */
  public Optional<PlanFile.Row> cell(String label, long budget) {
    return cells()
        .filter(c -> c.label().equals(label) && (c.at() == null || c.at() == budget))
        .findFirst();
  }

  /** An algorithm's cells at each of its budgets, from small to large. */
  public List<PlanFile.Row> curve(String label) {
    return budgets(label).stream().map(b -> cell(label, b).orElseThrow()).toList();
  }

  /**
   * 95 % and resamples that depend on the study's seed and on what they are for.
   *
   * @param number what they are for
   */
  public Confidence confidence(String number) {
    return Confidence.standard(results.plan().seed()).keyed(number);
  }

  /** The unit of the budgets, for example {@code nfe/sample}. */
  public String unit() {
    return results.plan().unit() + "/" + results.plan().per();
  }

  /**
   * An estimate from matched scores, refused with the reason where they cannot be matched.
   *
   * @param judge whose scores, {@link #TARGET} for the target's
   * @param statistic of the scores, the cells in the order given
   */
  public Estimate estimate(
      List<PlanFile.Row> cells, String judge, Function<Matched, Estimate> statistic) {
    return refusal(cells, judge)
        .<Estimate>map(reason -> new Estimate.Refused(reason, 0))
        .orElseGet(() -> statistic.apply(matched(cells, judge)));
  }

  /**
   * Why scores of cells cannot be matched; empty if they can.
   *
   * @param cells at least one
   * @param judge whose scores, {@link #TARGET} for the target's
   */
  public Optional<String> refusal(List<PlanFile.Row> cells, String judge) {
    for (PlanFile.Row cell : cells) {
      Optional<String> reason = unusable(cell.label(), results.trials(cell), judge);
      if (reason.isPresent()) {
        return reason;
      }
    }
    Set<Matched.Unit> shared = units(cells.get(0));
    cells.forEach(c -> shared.retainAll(units(c)));
    return shared.isEmpty() ? Optional.of("no trial has a partner") : Optional.empty();
  }

  /**
   * Why there are no draws of some trials; empty if there are.
   *
   * @param label of the algorithm that they are of
   * @param judge whose scores, {@link #TARGET} for the target's
   */
  public static Optional<String> unusable(String label, List<Trial> trials, String judge) {
    if (trials.isEmpty()) {
      return Optional.of(label + " has no finished trials");
    }
    if (trials.stream().anyMatch(t -> scores(t, judge) == null)) {
      return Optional.of(judge + " did not judge every trial of " + label);
    }
    return trials.stream().anyMatch(t -> new Weights(t.logWeights()).extinct())
        ? Optional.of("all weights are zero in a trial of " + label)
        : Optional.empty();
  }

  private Set<Matched.Unit> units(PlanFile.Row cell) {
    return results.trials(cell).stream().map(MatchedTrials::unit).collect(Collectors.toSet());
  }

  /**
   * Scores of cells over the trials that all of them have, the cells in the order given.
   *
   * @param cells for which there is no {@link #refusal}
   * @param judge whose scores, {@link #TARGET} for the target's
   */
  public Matched matched(List<PlanFile.Row> cells, String judge) {
    return Matched.of(cells.stream().map(c -> draws(results.trials(c), judge)).toList());
  }

  /**
   * The scores of trials by what they share with the trials of other cells.
   *
   * @param trials that are not {@link #unusable}
   * @param judge whose scores, {@link #TARGET} for the target's
   */
  public static Map<Matched.Unit, WeightedDraws> draws(List<Trial> trials, String judge) {
    Map<Matched.Unit, WeightedDraws> draws = new HashMap<>();
    for (Trial t : trials) {
      double[] weights = new Weights(t.logWeights()).normalised();
      draws.put(unit(t), WeightedDraws.weighted(scores(t, judge), weights));
    }
    return draws;
  }

  private static Matched.Unit unit(Trial trial) {
    return new Matched.Unit(trial.id().prompt(), trial.id().repetition());
  }

  private static double[] scores(Trial trial, String judge) {
    return judge.equals(TARGET) ? trial.rewards() : trial.crossRewards().get(judge);
  }
}
