package io.github.tiltbench.stats;

import io.github.tiltbench.stats.TrialNumbers.Unit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Cells over the prompts and repetitions that all of them have, which share their noise.
 *
 * <p>Trial {@code t} of prompt {@code p} stands at the same place in every cell, so that a resample
 * of units is a resample of all cells at once.
 *
 * @param cells at least one, with the same prompts in the same order and as many trials of each
 * @param lost how many units some cell has and another lacks
 */
public record Matched(List<TrialNumbers> cells, int lost) {

  /** Checks that the cells have one shape. */
  public Matched {
    cells = List.copyOf(cells);
    if (cells.isEmpty() || cells.stream().map(Matched::shape).distinct().count() > 1) {
      throw new IllegalArgumentException("cells must have the same prompts and trials");
    }
  }

  private static List<String> shape(TrialNumbers trials) {
    return trials.prompts().stream().map(p -> p.trials().size() + " " + p.name()).toList();
  }

  /**
   * The units that all cells have.
   *
   * @throws IllegalArgumentException if there is no such unit
   */
  public static Matched of(List<TrialNumbers> cells) {
    TreeSet<Unit> shared = new TreeSet<>();
    cells.forEach(c -> shared.addAll(c.sharing()));
    int all = shared.size();
    cells.forEach(c -> shared.retainAll(c.sharing()));
    return new Matched(cells.stream().map(c -> only(c, shared)).toList(), all - shared.size());
  }

  private static TrialNumbers only(TrialNumbers cell, TreeSet<Unit> shared) {
    Map<Unit, WeightedDraws> all = cell.byUnit();
    Map<Unit, WeightedDraws> kept = new LinkedHashMap<>();
    shared.forEach(u -> kept.put(u, all.get(u)));
    return TrialNumbers.of(kept, false, cell.binary());
  }

  /** Number of independent units: prompts from 20 on, else trials. */
  int n() {
    return cells.get(0).n();
  }

  /** Number of shared units. */
  public int count() {
    return cells.get(0).count();
  }

  /**
   * Why nothing may be compared, if units are lost: those that failed need not be like the rest.
   */
  Optional<String> gap() {
    return lost == 0
        ? Optional.empty()
        : Optional.of(lost + " of " + (lost + count()) + " trials have no partner");
  }

  /** Why means may not be compared: units are lost, or some values have no mean. */
  Optional<Estimate.Refused> meanless() {
    return gap()
        .map(reason -> new Estimate.Refused(reason, n()))
        .or(() -> cells.stream().flatMap(c -> c.meanless().stream()).findFirst());
  }

  /** A number of each unit, one array a prompt. */
  double[][] units(ToDoubleFunction<List<WeightedDraws>> reading) {
    return Arrays.stream(each(t -> new double[] {reading.applyAsDouble(t)}))
        .map(p -> Arrays.stream(p).mapToDouble(v -> v[0]).toArray())
        .toArray(double[][]::new);
  }

  /** The mean of every cell's trial in each unit, by prompt, trial and cell. */
  double[][][] means() {
    return each(t -> t.stream().mapToDouble(WeightedDraws::mean).toArray());
  }

  /**
   * Numbers of each unit, by prompt, trial and column.
   *
   * @param reading of a unit's trials, one a cell
   */
  double[][][] each(Function<List<WeightedDraws>, double[]> reading) {
    return IntStream.range(0, cells.get(0).prompts().size())
        .mapToObj(
            p ->
                IntStream.range(0, cells.get(0).prompts().get(p).trials().size())
                    .mapToObj(t -> reading.apply(unit(p, t)))
                    .toArray(double[][]::new))
        .toArray(double[][][]::new);
  }

  private List<WeightedDraws> unit(int prompt, int trial) {
    return cells.stream().map(c -> c.prompts().get(prompt).trials().get(trial)).toList();
  }
}
