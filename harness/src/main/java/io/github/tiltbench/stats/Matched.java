package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Cells over the prompts and repetitions that all of them have, which share their noise.
 *
 * <p>Trial {@code t} of prompt {@code p} stands at the same place in every cell, so that a resample
 * of units is a resample of all cells at once.
 *
 * @param cells at least one, with the same prompts in the same order and as many trials of each
 * @param lost how many units some cell has and another lacks
 */
public record Matched(List<Trials> cells, int lost) {

  /**
   * What trials of different cells share.
   *
   * @param prompt name of the prompt
   * @param repetition index among the trials of that prompt
   */
  public record Unit(String prompt, int repetition) {
    private static final Comparator<Unit> ORDER =
        Comparator.comparing(Unit::prompt).thenComparingInt(Unit::repetition);
  }

  /** Checks that the cells have one shape. */
  public Matched {
    cells = List.copyOf(cells);
    if (cells.isEmpty() || cells.stream().map(Matched::shape).distinct().count() > 1) {
      throw new IllegalArgumentException("cells must have the same prompts and trials");
    }
  }

  private static List<String> shape(Trials trials) {
    return trials.prompts().stream().map(p -> p.trials().size() + " " + p.name()).toList();
  }

  /**
   * The units that all cells have.
   *
   * @throws IllegalArgumentException if there is no such unit
   */
  public static Matched of(List<Map<Unit, Draws>> cells) {
    TreeSet<Unit> shared = new TreeSet<>(Unit.ORDER);
    cells.forEach(c -> shared.addAll(c.keySet()));
    int all = shared.size();
    shared.removeIf(u -> !cells.stream().allMatch(c -> c.containsKey(u)));
    return new Matched(
        cells.stream().map(c -> trials(c, shared)).toList(), all - shared.size());
  }

  private static Trials trials(Map<Unit, Draws> cell, TreeSet<Unit> shared) {
    Map<String, List<Draws>> prompts = new TreeMap<>();
    for (Unit u : shared) {
      prompts.computeIfAbsent(u.prompt(), p -> new ArrayList<>()).add(cell.get(u));
    }
    return new Trials(
        prompts.entrySet().stream().map(e -> new Trials.Prompt(e.getKey(), e.getValue())).toList(),
        false);
  }

  /** Number of shared units. */
  public int count() {
    return cells.get(0).count();
  }

  /** Why nothing may be compared, if units are lost: those that failed need not be like the rest. */
  Optional<String> gap() {
    return lost == 0
        ? Optional.empty()
        : Optional.of(lost + " of " + (lost + count()) + " trials have no partner");
  }

  /** A number of each unit, one array a prompt. */
  double[][] units(Reading reading) {
    int prompts = cells.get(0).prompts().size();
    double[][] out = new double[prompts][];
    for (int p = 0; p < prompts; p++) {
      int prompt = p;
      out[p] = new double[cells.get(0).prompts().get(p).trials().size()];
      for (int t = 0; t < out[p].length; t++) {
        int trial = t;
        out[p][t] =
            reading.of(
                cells.stream().map(c -> c.prompts().get(prompt).trials().get(trial)).toList());
      }
    }
    return out;
  }

  /** A number of one unit, from its trial in every cell. */
  @FunctionalInterface
  interface Reading {
    double of(List<Draws> trials);
  }
}
