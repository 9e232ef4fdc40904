package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.Catalogues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables of the summary: all numbers of a task, those of one kind together.
 *
 * @param rewards by the target; none if the study does not ask for them
 * @param law distances from the law that is known
 * @param others by each judge, diagnostics of populations, other numbers about samples
 */
public record SummaryTables(List<Table> rewards, List<Table> law, List<Table> others) {
  private static final List<String> SCORES = List.of("mean", "q0.5", "q0.9");

  /**
   * The tables of a task; what it has no number of has no table.
   *
   * @param remark what a reader must know about a cell, or empty text
   */
  public static SummaryTables of(Task task, Function<PlanFile.Row, String> remark) {
    Maker maker = new Maker(task, remark);
    String where = task.model() + ", guided by " + task.verifier();
    List<Table> others = new ArrayList<>();
    task.metrics().stream()
        .filter(m -> m.contains("@"))
        .map(m -> m.substring(m.indexOf('@')))
        .distinct()
        .forEach(
            judge ->
                maker
                    .table(
                        "Scores by " + judge.substring(1) + " on " + where,
                        SCORES.stream().map(score -> score + judge).toList())
                    .ifPresent(others::add));
    Catalogues.load().metrics().stream()
        .filter(family -> !family.heading().isEmpty() && !family.equals(MetricFamily.LAW))
        .collect(
            Collectors.groupingBy(MetricFamily::heading, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (heading, families) ->
                maker
                    .table(
                        heading + where,
                        families.stream().flatMap(f -> maker.named(f).stream()).toList())
                    .ifPresent(others::add));
    return new SummaryTables(
        maker.table("Reward " + task.name(), SCORES).map(t -> guarded(task, t)).stream().toList(),
        maker.table(MetricFamily.LAW.heading() + where, maker.named(MetricFamily.LAW)).stream()
            .toList(),
        others);
  }

  private static Table guarded(Task task, Table table) {
    if (task.unguarded()) {
      return table.with("unguarded: no judge of another family saw these samples");
    }
    return task.kin().isEmpty()
        ? table
        : table.with(
            "not held out, for of the reward's own family: " + String.join(", ", task.kin()));
  }

  /** All of them. */
  public List<Table> all() {
    return Stream.of(rewards, others, law).flatMap(List::stream).toList();
  }

  private record Maker(Task task, Function<PlanFile.Row, String> remark) {
    /** The metrics of a family that rows have, each with the feature space behind its name. */
    List<String> named(MetricFamily family) {
      return family.metricNames().stream()
          .flatMap(
              name ->
                  task.metrics().stream()
                      .filter(m -> m.equals(name) || m.startsWith(name + SummaryRow.IN)))
          .toList();
    }

    /** A table of the metrics that there are; of the target's scores refused ones are kept. */
    Optional<Table> table(String caption, List<String> metrics) {
      List<String> present = metrics.stream().filter(this::known).toList();
      if (present.isEmpty()) {
        return Optional.empty();
      }
      Optional<Table> refusals =
          metrics.equals(SCORES) ? Optional.empty() : Comparison.refusals(caption, task, present);
      return refusals.or(() -> Optional.of(Comparison.table(caption, task, present, remark)));
    }

    private boolean known(String metric) {
      return task.rows().stream()
          .filter(r -> r.metric().equals(metric))
          .anyMatch(r -> !metric.contains("@") || r.estimate() instanceof Estimate.Interval);
    }
  }
}
