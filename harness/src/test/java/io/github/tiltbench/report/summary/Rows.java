package io.github.tiltbench.report.summary;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.stats.Estimate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Numbers of a study "s" of the model "m" without results, and those of results. */
public final class Rows {
  /** What a sample of each cell costs. */
  public static final Spent SPENT = new Spent(200, 400, 0, 12.5, 0.25);

  private Rows() {}

  /** A number of an algorithm over all prompts by the verifier "v". */
  public static SummaryRow row(
      String algorithm, OptionalLong budget, String metric, Estimate estimate) {
    return row("v", algorithm, budget, metric, estimate, SPENT);
  }

  /** The same by some verifier at some price. */
  public static SummaryRow row(
      String verifier,
      String algorithm,
      OptionalLong budget,
      String metric,
      Estimate estimate,
      Spent spent) {
    Long at = budget.isPresent() ? budget.getAsLong() : null;
    String key = "%064x".formatted((verifier + algorithm + at).hashCode() & 0xffffffffL);
    PlanFile.Row cell =
        new PlanFile.Row(
            key.substring(52) + key.substring(0, 52),
            "m",
            verifier,
            algorithm,
            "",
            1,
            at,
            Cost.ZERO,
            Optional.empty());
    return new SummaryRow(cell, SummaryRow.ALL, metric, estimate, spent);
  }

  /** A plan with the cells of some rows. */
  public static PlanFile plan(List<SummaryRow> rows) {
    return new PlanFile(
        "s",
        7,
        16,
        1,
        List.of(""),
        "nfe",
        "sample",
        List.of(),
        List.of(),
        0,
        rows.stream().map(SummaryRow::cell).distinct().toList(),
        List.of(),
        List.of(),
        List.of(),
        null);
  }

  /** The tasks of some rows. */
  public static List<Task> tasks(List<SummaryRow> rows) {
    return Task.of(plan(rows), rows);
  }

  /** The numbers of some results, among which no fault may be. */
  public static List<SummaryRow> of(Results results) {
    Faults faults = new Faults();
    List<SummaryRow> rows = Summary.of(results, new StudyComponents(results), faults);
    if (!faults.found().isEmpty()) {
      throw new AssertionError(faults.found().toString());
    }
    return rows;
  }

  /** The first task of some results. */
  public static Task task(Results results) {
    return Task.of(results.plan(), of(results)).get(0);
  }
}
