package io.github.tiltbench.report.summary;

import io.github.tiltbench.result.PlanFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The numbers of one model and one verifier over all prompts: what can be compared.
 *
 * @param model label
 * @param verifier label
 * @param rows in plan order
 */
public record Task(String model, String verifier, List<SummaryRow> rows) {
  /** The sampler without search. */
  public static final String BASE = "pretrained";

  /** The contests of a study, in plan order. */
  public static List<Task> of(List<SummaryRow> rows) {
    Map<List<String>, List<SummaryRow>> groups =
        rows.stream()
            .filter(r -> r.prompt().equals(SummaryRow.ALL))
            .collect(
                Collectors.groupingBy(
                    r -> List.of(r.model(), r.verifier()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return groups.entrySet().stream()
        .map(e -> new Task(e.getKey().get(0), e.getKey().get(1), e.getValue()))
        .toList();
  }

  /** The labels of the algorithms, in plan order. */
  public List<String> algorithms() {
    return rows.stream().map(SummaryRow::label).distinct().toList();
  }

  /** The names of its numbers, in plan order. */
  public List<String> metrics() {
    return rows.stream().map(SummaryRow::metric).distinct().toList();
  }

  /** The budgets, from small to large. */
  public List<Long> budgets() {
    return rows.stream()
        .flatMapToLong(r -> r.budget().stream())
        .distinct()
        .sorted()
        .boxed()
        .toList();
  }

  /** The largest budget any algorithm was run at; 0 where none has a use for one. */
  public long largestBudget() {
    return rows.stream().mapToLong(r -> r.budget().orElse(0)).max().orElse(0);
  }

  /** The cells at the largest budget and those that have no use for one, in plan order. */
  public List<PlanFile.Row> largest(PlanFile plan) {
    long budget = largestBudget();
    return plan.cells().stream()
        .filter(c -> c.model().equals(model) && c.verifier().equals(verifier))
        .filter(c -> c.at() == null || c.at() == budget)
        .toList();
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
