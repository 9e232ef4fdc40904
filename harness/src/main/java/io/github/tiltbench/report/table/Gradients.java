package io.github.tiltbench.report.table;

import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.Spent;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says where equal budgets are not equal work, since gradients are free in one counted in NFE. */
public final class Gradients {
  private Gradients() {}

  /**
   * What a sample takes of each algorithm in forward equivalents; empty where the budget counts
   * them, or where no algorithm or every one pays for gradients alike.
   *
   * @param cells of one budget
   */
  public static Optional<String> note(Task contest, List<PlanFile.Row> cells) {
    Map<String, Spent> spent = new LinkedHashMap<>();
    for (PlanFile.Row cell : cells) {
      contest.rows().stream()
          .filter(r -> r.cell().equals(cell))
          .map(SummaryRow::spent)
          .filter(s -> s.nfe() > 0)
          .findFirst()
          .ifPresent(s -> spent.put(cell.label(), s));
    }
    boolean counted = contest.plan().unit().equals(Unit.COMPUTE.toString());
    if (counted || spent.values().stream().map(s -> s.compute() / s.nfe()).distinct().count() < 2) {
      return Optional.empty();
    }
    Map<String, List<String>> amounts =
        spent.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    e -> Numbers.amount(e.getValue().compute()),
                    LinkedHashMap::new,
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    List<String> said = new ArrayList<>();
    amounts.forEach((amount, labels) -> said.add(amount + " with " + String.join(", ", labels)));
    return Optional.of(
        "Gradients are not part of this budget: in forward equivalents (compute, NFE + 2 BACKWARD) a"
            + " sample takes "
            + String.join("; ", said)
            + ".");
  }
}
