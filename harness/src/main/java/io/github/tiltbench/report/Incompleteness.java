package io.github.tiltbench.report;

import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.Damage;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Looks;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.StoredNumbers;
import io.github.tiltbench.study.Stopping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a result folder lacks, and what its costs leave out: unfinished trials, unused budget,
 * learning, failures, damages, skips.
 */
record Incompleteness(Results results) {
  private static final double USED = 0.95;
  private static final int NAMED = 3;

  /** What a reader of a cell's numbers must know about it, or empty text. */
  String of(PlanFile.Row cell) {
    return Stream.of(missing(cell), stopped(cell), extinct(cell), unused(cell), learned(cell))
        .filter(t -> !t.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /** Which look ended a cell that a rule stops, or empty text. */
  private String stopped(PlanFile.Row cell) {
    Looks.Standing standing = results.standings().get(cell.brief());
    String at =
        "look "
            + results.plan().until().map(r -> r.looks().indexOf(standing.rounds()) + 1).orElse(0)
            + ", round "
            + standing.rounds();
    return switch (standing.ending()) {
      case FIXED, OPEN -> "";
      case MET -> "stopped by the rule at " + at;
      case AT_MOST -> "ended at the last look, round " + standing.rounds() + ", the rule not met";
      case ASIDE -> "no part of the primary contrast, so stopped at " + at;
    };
  }

  /** How the rule of a study ended its cells, a sentence; empty text without one. */
  String rule() {
    if (results.plan().until().isEmpty()) {
      return "";
    }
    Stopping rule = results.plan().until().get();
    Map<Looks.Ending, Long> endings =
        results.standings().values().stream()
            .collect(Collectors.groupingBy(Looks.Standing::ending, Collectors.counting()));
    List<String> ends =
        Stream.of(Looks.Ending.values())
            .filter(endings::containsKey)
            .map(ending -> count(endings.get(ending)) + " " + ended(ending))
            .toList();
    return String.format(
        Locale.ROOT,
        "Each cell ran from %d to at most %d repetitions, %s, looked at after %s; %s.",
        rule.atLeast(),
        rule.atMost(),
        rule.text(),
        rule.looks().stream().map(String::valueOf).collect(Collectors.joining(", ")),
        String.join(", ", ends));
  }

  private static String count(long cells) {
    return cells + (cells == 1 ? " cell" : " cells");
  }

  private static String ended(Looks.Ending ending) {
    return switch (ending) {
      case OPEN -> "not stopped yet";
      case FIXED -> "without a rule";
      case MET -> "stopped by the rule";
      case AT_MOST -> "ended at the last look, the rule not met";
      case ASIDE -> "stopped at the first look, being no part of the primary contrast";
    };
  }

  /** The cells at the largest budget that lack trials or weights, in a sentence, or empty text. */
  String answer(Task task) {
    List<String> lacking =
        task.largest().stream()
            .flatMap(
                c ->
                    Stream.of(missing(c), extinct(c))
                        .filter(t -> !t.isEmpty())
                        .map(t -> label(c) + " is " + t))
            .toList();
    int more = lacking.size() - NAMED;
    return lacking.isEmpty()
        ? ""
        : "The numbers rest on part of the trials: "
            + String.join("; ", lacking.subList(0, Math.min(NAMED, lacking.size())))
            + (more > 0 ? "; and " + more + " more" : "")
            + ".";
  }

  /** By how much the trials fall short of their budget by the meter, where that is over 5 %. */
  private String unused(PlanFile.Row cell) {
    if (cell.at() == null) {
      return "";
    }
    PlanFile plan = results.plan();
    double budget = (double) cell.at() * (plan.per().equals("sample") ? plan.count() : 1);
    Unit unit = Unit.valueOf(plan.unit().toUpperCase(Locale.ROOT));
    OptionalDouble spent =
        results.trials(cell).stream().mapToLong(trial -> trial.cost().of(unit)).average();
    return spent.isEmpty() || spent.getAsDouble() >= USED * budget
        ? ""
        : "spends " + Math.round(100 * spent.getAsDouble() / budget) + " % of its budget";
  }

  /** What was spent apart from the trials. */
  private static String learned(PlanFile.Row cell) {
    return cell.fit()
        .map(
            cost ->
                String.format(
                    Locale.ROOT,
                    "learned once a prompt for %,d NFE and %,d REWARD, which its costs leave out",
                    cost.nfe(),
                    cost.reward()))
        .orElse("");
  }

  private String extinct(PlanFile.Row cell) {
    long extinct = results.trials(cell).stream().filter(StoredNumbers::extinct).count();
    return extinct == 0
        ? ""
        : "extinct: all weights are zero in "
            + extinct
            + " of "
            + results.trials(cell).size()
            + " trials";
  }

  private String missing(PlanFile.Row cell) {
    int missing = results.missing(cell);
    if (missing == 0) {
      return "";
    }
    long failed = failed(cell);
    return "incomplete: "
        + missing
        + " of "
        + results.asked(cell).size()
        + (missing == 1 ? " trials is missing" : " trials are missing")
        + (failed == 0 ? "" : missing == 1 ? ", it failed" : ", " + failed + " of them failed");
  }

  private long failed(PlanFile.Row cell) {
    return results.failures().stream().filter(f -> f.id().cell().equals(cell.brief())).count();
  }

  /** One sentence on all that is missing, or empty text. */
  String warning() {
    long cells = results.plan().cells().stream().filter(c -> results.missing(c) > 0).count();
    int missing = results.plan().cells().stream().mapToInt(results::missing).sum();
    if (cells == 0) {
      return "";
    }
    return "Incomplete: "
        + missing
        + (missing == 1 ? " trial" : " trials")
        + " of "
        + cells
        + " of "
        + results.plan().cells().size()
        + (missing == 1 ? " cells is missing." : " cells are missing.")
        + " Numbers of these cells rest on the trials that finished.";
  }

  /** Failures by cell and message, most frequent in plan order. */
  List<String> failures() {
    Map<String, String> labels =
        results.plan().cells().stream()
            .collect(Collectors.toMap(PlanFile.Row::brief, Incompleteness::label, (a, b) -> a));
    Map<String, Long> counts =
        results.failures().stream()
            .collect(
                Collectors.groupingBy(
                    f -> labels.getOrDefault(f.id().cell(), f.id().cell()) + ": " + text(f),
                    LinkedHashMap::new,
                    Collectors.counting()));
    return counts.entrySet().stream()
        .map(e -> e.getKey() + (e.getValue() == 1 ? "" : " (" + e.getValue() + " trials)"))
        .toList();
  }

  private static String text(Failure failure) {
    return failure.kind() + ", " + failure.message();
  }

  private static String label(PlanFile.Row cell) {
    return label(cell.model(), cell.verifier(), cell.label(), cell.at());
  }

  private static String label(String model, String verifier, String algorithm, Long at) {
    return model + " x " + verifier + " x " + algorithm + (at == null ? "" : " at " + at);
  }

  /** Combinations that the plan leaves out, those of one model, verifier and reason together. */
  List<String> skips() {
    Map<String, List<String>> algorithms = new LinkedHashMap<>();
    for (PlanFile.Skipped s : results.plan().skips()) {
      String at = s.at() == null ? "" : " at " + s.at();
      algorithms
          .computeIfAbsent(
              s.model() + " x " + s.verifier() + ": " + s.reason(), k -> new ArrayList<>())
          .add(s.algorithm() + at);
    }
    return algorithms.entrySet().stream()
        .map(e -> e.getKey() + " (" + String.join(", ", e.getValue()) + ")")
        .toList();
  }

  /** Lines that are not as they were written. */
  List<String> damages() {
    return results.damages().stream().map(Damage::brief).toList();
  }
}
