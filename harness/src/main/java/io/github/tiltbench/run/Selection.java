package io.github.tiltbench.run;

import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Which part of a plan is run.
 *
 * @param algorithms names, or labels such as {@code svdd[alpha=0.5]}; empty for all
 * @param budgets of the study; empty for all. An algorithm that has no use for a larger budget is
 *     in all of them
 * @param limit trials of a cell, from the first; cohorts are not divided, so that a trial has the
 *     numbers that it has in a whole run
 */
public record Selection(List<String> algorithms, List<Long> budgets, int limit) {
  /** The whole plan. */
  public static final Selection ALL = new Selection(List.of(), List.of(), Integer.MAX_VALUE);

  public Selection {
    algorithms = List.copyOf(algorithms);
    budgets = List.copyOf(budgets);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1");
    }
  }

  /** Whether trials of a cell are run, from that with a number on. */
  boolean takes(Cell cell, int trial) {
    return trial < limit
        && (algorithms.isEmpty() || algorithms.stream().anyMatch(name -> named(cell, name)))
        && (budgets.isEmpty() || cell.at().isEmpty() || budgets.contains(cell.at().getAsLong()));
  }

  /** Whether a cell is of an algorithm with this name or label. */
  public static boolean named(Cell cell, String name) {
    return name.equals(cell.method().part().name()) || name.equals(cell.method().part().label());
  }

  /**
   * Refuses what a plan does not have.
   *
   * @throws IllegalArgumentException that names the nearest right thing
   */
  public void check(Plan plan) {
    algorithms.forEach(name -> checkAlgorithm(plan, name));
    long[] known = plan.study().budgets().at();
    for (long budget : budgets) {
      if (LongStream.of(known).noneMatch(at -> at == budget)) {
        String all = String.join(", ", LongStream.of(known).mapToObj(Long::toString).toList());
        throw new IllegalArgumentException(
            "the study has no budget of " + budget + "; it has " + all);
      }
    }
  }

  /** Refuses an algorithm that a plan does not have. */
  public static void checkAlgorithm(Plan plan, String name) {
    if (plan.cells().stream().noneMatch(cell -> named(cell, name))) {
      List<String> known =
          plan.cells().stream()
              .map(cell -> cell.method().part())
              .flatMap(part -> Stream.of(part.name(), part.label()))
              .distinct()
              .toList();
      throw new IllegalArgumentException(
          "no cell is of an algorithm '" + name + "'" + Nearest.hint(name, known));
    }
  }
}
