package io.github.tiltbench.report;

import io.github.tiltbench.metric.Family;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The numbers of one model and one verifier over all prompts: what can be compared.
 *
 * @param model label
 * @param verifier label
 * @param rows in plan order
 */
record Contest(String model, String verifier, List<SummaryRow> rows) {
  private static final List<String> SCORES = List.of("mean", "q0.5", "q0.9");
  private static final List<Family> HEALTH =
      List.of(Family.ESS, Family.EVIDENCE, Family.ANCESTRY, Family.HEALTH);
  private static final Map<Family, String> ON_SAMPLES =
      new EnumMap<>(
          Map.of(
              Family.DIVERSITY, "Diversity of samples on ",
              Family.DISTANCE, "Distance of samples from real data on ",
              Family.LAW, "Distance of samples from the known law on "));

  /** The contests of a study, in plan order. */
  static List<Contest> of(List<SummaryRow> rows) {
    Map<List<String>, List<SummaryRow>> groups =
        rows.stream()
            .filter(r -> r.prompt().equals(SummaryRow.ALL))
            .collect(
                Collectors.groupingBy(
                    r -> List.of(r.model(), r.verifier()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return groups.entrySet().stream()
        .map(e -> new Contest(e.getKey().get(0), e.getKey().get(1), e.getValue()))
        .toList();
  }

  /** The labels of the algorithms, in plan order. */
  List<String> algorithms() {
    return rows.stream().map(SummaryRow::label).distinct().toList();
  }

  /** The names of its numbers, in plan order. */
  List<String> metrics() {
    return rows.stream().map(SummaryRow::metric).distinct().toList();
  }

  /** The budgets, from small to large. */
  List<Long> budgets() {
    return rows.stream()
        .flatMapToLong(r -> r.budget().stream())
        .distinct()
        .sorted()
        .boxed()
        .toList();
  }

  /** The largest budget any algorithm was run at; 0 where none has a use for one. */
  long largestBudget() {
    return rows.stream().mapToLong(r -> r.budget().orElse(0)).max().orElse(0);
  }

  /** The cells at the largest budget and those that have no use for one, in plan order. */
  List<PlanFile.Row> largest(PlanFile plan) {
    long budget = largestBudget();
    return plan.cells().stream()
        .filter(c -> c.model().equals(model) && c.verifier().equals(verifier))
        .filter(c -> c.at() == null || c.at() == budget)
        .toList();
  }

  /** The rows of a metric at a budget, with those of algorithms that have no use for one. */
  List<SummaryRow> at(long budget, String metric) {
    return rows.stream()
        .filter(r -> r.metric().equals(metric) && r.budget().orElse(budget) == budget)
        .toList();
  }

  /** The tables: scores by the target, scores by each judge, diagnostics of populations. */
  List<Table> tables(Function<SummaryRow, String> remark) {
    List<Table> tables = new ArrayList<>();
    add(tables, "Reward " + verifier + " on " + model, SCORES, remark);
    List<String> judges =
        rows.stream()
            .map(SummaryRow::metric)
            .filter(m -> m.contains("@"))
            .map(m -> m.substring(m.indexOf('@')))
            .distinct()
            .toList();
    for (String judge : judges) {
      add(
          tables,
          "Scores by " + judge.substring(1) + " on " + model + ", guided by " + verifier,
          SCORES.stream().map(s -> s + judge).toList(),
          remark);
    }
    String where = model + ", guided by " + verifier;
    List<String> health = HEALTH.stream().flatMap(f -> f.metricNames().stream()).toList();
    add(tables, "Populations on " + where, health, remark);
    ON_SAMPLES.forEach((family, head) -> add(tables, head + where, named(family), remark));
    return tables;
  }

  /** The metrics of a family that rows have, each with the feature space behind its name. */
  private List<String> named(Family family) {
    return family.metricNames().stream()
        .flatMap(
            name ->
                rows.stream()
                    .map(SummaryRow::metric)
                    .filter(m -> m.equals(name) || m.startsWith(name + SampleNumbers.IN))
                    .distinct())
        .toList();
  }

  private void add(
      List<Table> tables,
      String caption,
      List<String> metrics,
      Function<SummaryRow, String> remark) {
    List<String> present = metrics.stream().filter(this::known).toList();
    if (!present.isEmpty()) {
      Optional<Table> refusals =
          tables.isEmpty() ? Optional.empty() : Comparison.refusals(caption, rows, present);
      tables.add(refusals.orElseGet(() -> Comparison.table(caption, rows, present, remark)));
    }
  }

  /** Whether there is a number of this name; for the target itself, refused ones count as well. */
  private boolean known(String metric) {
    return rows.stream()
        .filter(r -> r.metric().equals(metric))
        .anyMatch(r -> !metric.contains("@") || r.estimate() instanceof Estimate.Interval);
  }
}
