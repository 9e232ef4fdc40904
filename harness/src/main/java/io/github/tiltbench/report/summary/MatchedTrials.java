package io.github.tiltbench.report.summary;

import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.StoredNumbers;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Matched;
import io.github.tiltbench.stats.TimeUniform;
import io.github.tiltbench.stats.TrialNumbers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The trials of one contest, matched between cells by what they share: prompt and repetition. */
public final class MatchedTrials {
  /** Names the target reward among the judges. */
  public static final String TARGET = "";

  private final Results results;
  private final Task contest;
  private final Faults faults;
  private final Set<String> shares;
  private final Set<String> ranks;
  private final Map<Scores, TrialNumbers> numbers = new ConcurrentHashMap<>();

  private record Scores(PlanFile.Row cell, String judge) {}

  /** The trials of a contest, of which nothing is read yet. */
  public MatchedTrials(Results results, Task contest, StudyComponents parts, Faults faults) {
    this.results = results;
    this.contest = contest;
    this.faults = faults;
    this.shares = parts.shares();
    this.ranks = parts.ranks();
  }

  /** Which model and verifier. */
  public Task contest() {
    return contest;
  }

  /**
   * 95 % and resamples that depend on the study's seed and on what they are for.
   *
   * @param number what they are for
   */
  public Confidence confidence(String number) {
    return Confidence.standard(contest.plan().seed()).keyed(number).timeUniform(stopped());
  }

  /**
   * An estimate from matched scores; refused with the reason where they cannot be matched.
   *
   * @param number what it is called, which its resamples depend on
   * @param judge whose scores, {@link #TARGET} for the target's
   * @param statistic of the scores, the cells in the order given
   */
  public Estimate estimate(
      String number,
      List<PlanFile.Row> cells,
      String judge,
      BiFunction<Matched, Confidence, Estimate> statistic) {
    return answered(
        number,
        cells,
        judge,
        (matched, c) ->
            c.timeUniform()
                ? TimeUniform.required(statistic.apply(matched, c))
                : statistic.apply(matched, c),
        reason -> new Estimate.Refused(reason, 0));
  }

  private boolean stopped() {
    return contest.plan().until().isPresent();
  }

  /**
   * The same for what is no estimate, or several at once; refused where a rule stops cells, since
   * it holds for a fixed number of trials.
   *
   * @param refused what takes its place, with the reason
   */
  public <T> T number(
      String number,
      List<PlanFile.Row> cells,
      String judge,
      BiFunction<Matched, Confidence, ? extends T> statistic,
      Function<String, ? extends T> refused) {
    return stopped()
        ? refused.apply(TimeUniform.FIXED)
        : answered(number, cells, judge, statistic, refused);
  }

  private <T> T answered(
      String number,
      List<PlanFile.Row> cells,
      String judge,
      BiFunction<Matched, Confidence, ? extends T> statistic,
      Function<String, ? extends T> refused) {
    return faults.contained(
        number + " of " + cells.get(0).label() + ", " + contest.name(),
        () -> {
          Optional<String> reason = refusal(cells, judge);
          return reason.isPresent()
              ? refused.apply(reason.get())
              : statistic.apply(matched(cells, judge), confidence(number));
        },
        refused);
  }

  /**
   * Why scores of cells cannot be matched; empty if they can.
   *
   * @param cells at least one
   * @param judge whose scores, {@link #TARGET} for the target's
   */
  public Optional<String> refusal(List<PlanFile.Row> cells, String judge) {
    if (judge.equals(TARGET) && ranks.contains(contest.verifier())) {
      return Optional.of(StudyComponents.RANKS);
    }
    for (PlanFile.Row cell : cells) {
      Optional<String> reason = unusable(cell.label(), results.trials(cell), judge);
      if (reason.isPresent()) {
        return reason;
      }
    }
    Set<TrialNumbers.Unit> shared = new HashSet<>(scores(cells.get(0), judge).sharing());
    cells.forEach(c -> shared.retainAll(scores(c, judge).sharing()));
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
    return StoredNumbers.extinct(trials).map(reason -> reason + " of " + label);
  }

  /**
   * Scores of cells over the trials that all of them have, the cells in the order given.
   *
   * @param cells for which there is no {@link #refusal}
   * @param judge whose scores, {@link #TARGET} for the target's
   */
  public Matched matched(List<PlanFile.Row> cells, String judge) {
    return Matched.of(cells.stream().map(c -> scores(c, judge)).toList());
  }

  private TrialNumbers scores(PlanFile.Row cell, String judge) {
    String verifier = judge.equals(TARGET) ? contest.verifier() : judge;
    return numbers.computeIfAbsent(
        new Scores(cell, judge),
        s -> scores(results.trials(cell), judge, shares.contains(verifier)));
  }

  /**
   * The scores of trials.
   *
   * @param trials that are not {@link #unusable}
   * @param judge whose scores, {@link #TARGET} for the target's
   * @param binary whether they are declared to be 0 or 1
   */
  public static TrialNumbers scores(List<Trial> trials, String judge, boolean binary) {
    return StoredNumbers.ofSamples(trials, t -> scores(t, judge), binary);
  }

  private static double[] scores(Trial trial, String judge) {
    return judge.equals(TARGET) ? trial.rewards() : trial.crossRewards().get(judge);
  }
}
