package io.github.tiltbench.report.summary;

import io.github.tiltbench.result.PlanFile;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One model and one verifier: cells that can be compared, and their numbers over all prompts.
 *
 * @param plan of the study
 * @param model label
 * @param verifier label
 * @param rows in plan order
 */
public record Task(PlanFile plan, String model, String verifier, List<SummaryRow> rows) {
  /** The sampler without search. */
  public static final String BASE = "pretrained";

  /** The contests of a study, in plan order, with their numbers among some rows. */
  public static List<Task> of(PlanFile plan, List<SummaryRow> rows) {
    record Pair(String model, String verifier) {}

    return plan.cells().stream()
        .map(c -> new Pair(c.model(), c.verifier()))
        .distinct()
        .map(
            p ->
                new Task(
                    plan,
                    p.model(),
                    p.verifier(),
                    rows.stream()
                        .filter(r -> r.prompt().equals(SummaryRow.ALL))
                        .filter(r -> r.cell().model().equals(p.model()))
                        .filter(r -> r.cell().verifier().equals(p.verifier()))
                        .toList()))
        .toList();
  }

  /** What it is about. */
  public String name() {
    return verifier + " on " + model;
  }

  /** Whether no judge of another family than the reward's looks at its samples. */
  public boolean unguarded() {
    return plan.unguarded().stream()
        .anyMatch(pair -> pair.model().equals(model) && pair.verifier().equals(verifier));
  }

  /** Judges of the reward's own family, where another family judges as well. */
  public List<String> kin() {
    return plan.kin().stream()
        .filter(pair -> pair.model().equals(model) && pair.verifier().equals(verifier))
        .flatMap(pair -> pair.judges().stream())
        .toList();
  }

  /** The unit of the budgets, for example {@code nfe/sample}. */
  public String unit() {
    return plan.unit() + "/" + plan.per();
  }

  /** Its cells, in plan order. */
  public Stream<PlanFile.Row> cells() {
    return plan.cells().stream()
        .filter(c -> c.model().equals(model) && c.verifier().equals(verifier));
  }

  /** The labels of the algorithms, in plan order. */
  public List<String> algorithms() {
    return cells().map(PlanFile.Row::label).distinct().toList();
  }

  /**
   * The place of an algorithm among those of the study: it looks the same in figures of all tasks.
   */
  public int series(String label) {
    return plan.cells().stream().map(PlanFile.Row::label).distinct().toList().indexOf(label);
  }

  /** The names of its numbers, in plan order. */
  public List<String> metrics() {
    return rows.stream().map(SummaryRow::metric).distinct().toList();
  }

  /** The judges, without the target itself. */
  public List<String> judges() {
    return plan.crossRewards().stream().filter(j -> !j.equals(verifier)).toList();
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

  /** The largest budget any algorithm was run at; 0 where none has a use for one. */
  public long largestBudget() {
    List<Long> budgets = budgets();
    return budgets.isEmpty() ? 0 : budgets.get(budgets.size() - 1);
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

  /** The cells at a budget and those that have no use for one, in plan order. */
  public List<PlanFile.Row> at(long budget) {
    return cells().filter(c -> c.at() == null || c.at() == budget).toList();
  }

  /** The cells at the largest budget and those that have no use for one, in plan order. */
  public List<PlanFile.Row> largest() {
    return at(largestBudget());
  }

  /**
   * The rows of a metric at a budget, with those of algorithms that have no use for one, in plan
   * order.
   */
  public List<SummaryRow> at(long budget, String metric) {
    return rows.stream()
        .filter(r -> r.metric().equals(metric) && r.budget().orElse(budget) == budget)
        .toList();
  }
}
