package io.github.tiltbench.result;

import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Intervals;
import io.github.tiltbench.stats.Matched;
import io.github.tiltbench.stats.Paired;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.stats.WeightedDraws;
import io.github.tiltbench.study.Stopping;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The looks that the rule of a plan takes at scores, and how many rounds of each cell they ask for.
 *
 * <p>A look is taken when all trials of its rounds are there, and sees nothing of later rounds. So
 * where a cell stops is a function of its plan and of the trials up to there: the same for any
 * number of workers and shards, whenever a run was interrupted. The cells that are looked at
 * together are one group: a single cell, or both of a primary contrast. Cells that a contrast does
 * not need stop at the first look.
 */
public final class Looks {
  /** Why a cell asks for no more rounds. */
  public enum Ending {
    /** It asks for more, or for those of a look that is not yet taken. */
    OPEN,
    /** The study fixes how many. */
    FIXED,
    /** The rule is met. */
    MET,
    /** The last look was taken, and the rule not met. */
    AT_MOST,
    /** The rule is not about this cell. */
    ASIDE
  }

  /**
   * How far a cell has come.
   *
   * @param rounds that are asked for
   */
  public record Standing(int rounds, Ending ending) {}

  /** The scores of a trial; none if all its weights are zero. */
  private record Scores(boolean independent, Optional<WeightedDraws> draws) {}

  private final PlanFile plan;
  private final List<List<PlanFile.Row>> groups;
  private final Map<String, Integer> groupOf = new HashMap<>();
  private final int[] looks;
  private final Standing[] standings;
  private final Map<String, Map<TrialNumbers.Unit, Scores>> scores = new HashMap<>();

  private Looks(PlanFile plan) {
    this.plan = plan;
    this.groups = groups(plan);
    this.looks = new int[groups.size()];
    this.standings = new Standing[groups.size()];
    for (int g = 0; g < groups.size(); g++) {
      int group = g;
      groups.get(g).forEach(row -> groupOf.put(row.brief(), group));
      standings[g] =
          plan.until()
              .map(rule -> new Standing(rule.atLeast(), Ending.OPEN))
              .orElse(new Standing(plan.repetitions(), Ending.FIXED));
    }
  }

  /** The looks that can be taken at some trials, taken. */
  public static Looks of(PlanFile plan, Collection<Trial> trials) {
    Looks looks = new Looks(plan);
    trials.forEach(looks::add);
    for (int g = 0; g < looks.groups.size(); g++) {
      looks.look(g);
    }
    return looks;
  }

  private static List<List<PlanFile.Row>> groups(PlanFile plan) {
    List<List<PlanFile.Row>> groups = new ArrayList<>();
    if (plan.until().isPresent() && plan.until().get().goal().contrast()) {
      plan.cells().stream()
          .map(row -> contrast(plan, row.model(), row.verifier()))
          .flatMap(Optional::stream)
          .distinct()
          .forEach(groups::add);
    }
    List<PlanFile.Row> paired = groups.stream().flatMap(List::stream).toList();
    plan.cells().stream().filter(row -> !paired.contains(row)).map(List::of).forEach(groups::add);
    return groups;
  }

  /** The primary algorithm at its largest budget and the baseline there; empty without one. */
  private static Optional<List<PlanFile.Row>> contrast(
      PlanFile plan, String model, String verifier) {
    List<PlanFile.Row> cells =
        plan.cells().stream()
            .filter(row -> row.model().equals(model) && row.verifier().equals(verifier))
            .toList();
    List<Long> budgets =
        Stream.concat(
                cells.stream().filter(row -> row.at() != null).map(PlanFile.Row::at), Stream.of(0L))
            .distinct()
            .sorted(Comparator.reverseOrder())
            .toList();
    for (long budget : budgets) {
      Optional<PlanFile.Row> primary = cell(cells, plan.versus().primary(), budget);
      if (primary.isPresent()) {
        return cell(cells, plan.versus().baseline(), budget)
            .map(baseline -> List.of(primary.get(), baseline));
      }
    }
    return Optional.empty();
  }

  private static Optional<PlanFile.Row> cell(List<PlanFile.Row> cells, String label, long budget) {
    return cells.stream()
        .filter(row -> row.label().equals(label) && (row.at() == null || row.at() == budget))
        .findFirst();
  }

  /** The number of the group that a cell is of. */
  public int group(String cell) {
    return groupOf.get(cell);
  }

  /** How far a cell has come. */
  public Standing standing(String cell) {
    return standings[group(cell)];
  }

  /** How far each cell has come. */
  public Map<String, Standing> standings() {
    Map<String, Standing> all = new HashMap<>();
    groupOf.keySet().forEach(cell -> all.put(cell, standing(cell)));
    return all;
  }

  /** Takes note of a finished trial and takes the looks that are possible now. */
  public void finished(Trial trial) {
    add(trial);
    look(group(trial.id().cell()));
  }

  private void add(Trial trial) {
    if (plan.until().isPresent()) {
      Scores seen =
          new Scores(
              trial.independent(),
              StoredNumbers.extinct(trial)
                  ? Optional.empty()
                  : Optional.of(
                      WeightedDraws.weighted(
                          trial.rewards(), new Weights(trial.logWeights()).normalised())));
      scores
          .computeIfAbsent(trial.id().cell(), cell -> new HashMap<>())
          .put(StoredNumbers.unit(trial), seen);
    }
  }

  private void look(int group) {
    while (standings[group].ending() == Ending.OPEN && complete(group)) {
      Stopping rule = plan.until().orElseThrow();
      int rounds = standings[group].rounds();
      boolean aside = rule.goal().contrast() && groups.get(group).size() == 1;
      if (aside) {
        standings[group] = new Standing(rounds, Ending.ASIDE);
      } else if (met(rule, group, rounds)) {
        standings[group] = new Standing(rounds, Ending.MET);
      } else if (++looks[group] == rule.looks().size()) {
        standings[group] = new Standing(rounds, Ending.AT_MOST);
      } else {
        standings[group] = new Standing(rule.looks().get(looks[group]), Ending.OPEN);
      }
    }
  }

  private boolean complete(int group) {
    int rounds = standings[group].rounds();
    for (PlanFile.Row row : groups.get(group)) {
      Map<TrialNumbers.Unit, Scores> there = scores.getOrDefault(row.brief(), Map.of());
      if (there.size() < (long) rounds * plan.prompts().size()) {
        return false;
      }
      for (TrialId id : plan.trials(row, rounds)) {
        if (!there.containsKey(new TrialNumbers.Unit(id.prompt(), id.repetition()))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean met(Stopping rule, int group, int rounds) {
    List<TrialNumbers> cells =
        groups.get(group).stream()
            .flatMap(row -> numbers(row, rounds, rule.goal()).stream())
            .toList();
    return cells.size() == groups.get(group).size() && met(rule, cells);
  }

  /**
   * Whether a rule is met by scores.
   *
   * @param cells one, or the two of a contrast
   */
  public static boolean met(Stopping rule, List<TrialNumbers> cells) {
    return estimate(rule, cells) instanceof Estimate.Interval i
        && switch (rule.goal()) {
          case DIFFERENCE -> i.low() > 0 || i.high() < 0;
          case WINS -> i.low() > 0.5 || i.high() < 0.5;
          default -> i.high() - i.low() <= rule.width();
        };
  }

  private static Estimate estimate(Stopping rule, List<TrialNumbers> cells) {
    Confidence c = Confidence.atAllRounds(rule.level());
    return switch (rule.goal()) {
      case MEDIAN -> Intervals.quantile(cells.get(0), 0.5, c);
      case UPPER_DECILE -> Intervals.quantile(cells.get(0), 0.9, c);
      case MEAN, SHARE -> Intervals.mean(cells.get(0), c);
      case DIFFERENCE -> Paired.mean(Matched.of(cells), c);
      case WINS -> Paired.winRate(Matched.of(cells), c);
    };
  }

  /** The scores of a cell's first rounds; empty if a trial has none. */
  private Optional<TrialNumbers> numbers(PlanFile.Row row, int rounds, Stopping.Goal goal) {
    Map<TrialNumbers.Unit, Scores> there = scores.get(row.brief());
    Map<TrialNumbers.Unit, WeightedDraws> draws = new LinkedHashMap<>();
    boolean independent = true;
    for (TrialId id : plan.trials(row, rounds)) {
      TrialNumbers.Unit unit = new TrialNumbers.Unit(id.prompt(), id.repetition());
      Scores seen = there.get(unit);
      if (seen.draws().isEmpty()) {
        return Optional.empty();
      }
      independent &= seen.independent();
      draws.put(unit, seen.draws().get());
    }
    return Optional.of(TrialNumbers.of(draws, independent, goal == Stopping.Goal.SHARE));
  }
}
