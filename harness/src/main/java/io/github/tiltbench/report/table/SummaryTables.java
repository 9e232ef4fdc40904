package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The tables of the summary: all numbers of a contest, those of one kind together. */
public final class SummaryTables {
  private static final List<String> SCORES = List.of("mean", "q0.5", "q0.9");
  private static final List<MetricFamily> HEALTH =
      List.of(MetricFamily.ESS, MetricFamily.EVIDENCE, MetricFamily.ANCESTRY, MetricFamily.HEALTH);
  private static final Map<MetricFamily, String> ON_SAMPLES =
      new EnumMap<>(
          Map.of(
              MetricFamily.DIVERSITY, "Diversity of samples on ",
              MetricFamily.DISTANCE, "Distance of samples from real data on ",
              MetricFamily.LAW, "Distance of samples from the known law on "));

  private final Task contest;
  private final Function<PlanFile.Row, String> remark;
  private final List<Table> tables = new ArrayList<>();

  private SummaryTables(Task contest, Function<PlanFile.Row, String> remark) {
    this.contest = contest;
    this.remark = remark;
  }

  /**
   * Scores by the target, scores by each judge, diagnostics of populations, numbers about samples;
   * what the contest has no number of has no table.
   *
   * @param remark what a reader must know about a row's cell, or empty text
   */
  public static List<Table> of(Task contest, Function<PlanFile.Row, String> remark) {
    SummaryTables all = new SummaryTables(contest, remark);
    all.scores();
    String where = contest.model() + ", guided by " + contest.verifier();
    List<String> health = HEALTH.stream().flatMap(f -> f.metricNames().stream()).toList();
    all.add("Populations on " + where, health);
    ON_SAMPLES.forEach((family, head) -> all.add(head + where, all.named(family)));
    return all.tables;
  }

  private void scores() {
    String model = contest.model();
    String verifier = contest.verifier();
    add("Reward " + verifier + " on " + model, SCORES);
    List<String> judges =
        contest.metrics().stream()
            .filter(m -> m.contains("@"))
            .map(m -> m.substring(m.indexOf('@')))
            .distinct()
            .toList();
    for (String judge : judges) {
      add(
          "Scores by " + judge.substring(1) + " on " + model + ", guided by " + verifier,
          SCORES.stream().map(s -> s + judge).toList());
    }
  }

  /** The metrics of a family that rows have, each with the feature space behind its name. */
  private List<String> named(MetricFamily family) {
    return family.metricNames().stream()
        .flatMap(
            name ->
                contest.metrics().stream()
                    .filter(m -> m.equals(name) || m.startsWith(name + SummaryRow.IN)))
        .toList();
  }

  private void add(String caption, List<String> metrics) {
    List<String> present = metrics.stream().filter(this::known).toList();
    if (!present.isEmpty()) {
      Optional<Table> refusals =
          tables.isEmpty() ? Optional.empty() : Comparison.refusals(caption, contest, present);
      tables.add(refusals.orElseGet(() -> Comparison.table(caption, contest, present, remark)));
    }
  }

  /** Whether there is a number of this name; for the target itself, refused ones count as well. */
  private boolean known(String metric) {
    return contest.rows().stream()
        .filter(r -> r.metric().equals(metric))
        .anyMatch(r -> !metric.contains("@") || r.estimate() instanceof Estimate.Interval);
  }
}
