package io.github.tiltbench.report;

import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.BudgetTable;
import io.github.tiltbench.report.table.Contrasts;
import io.github.tiltbench.report.table.Gradients;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came of a task.
 *
 * @param outcome who has the highest median at the largest budget, and whose interval keeps apart
 *     from it; what the comparisons and the judges say
 * @param ratios how budgets of equal reward compare; empty text if it is not known
 * @param caveats what qualifies it, a sentence each
 */
record Answer(String outcome, String ratios, List<String> caveats) {
  private static final String METRIC = BudgetTable.METRIC;

  static Answer of(Task task, Contrasts contrasts, Incompleteness gaps) {
    return new Answer(
        (outcome(task) + " " + contrasts.answer()).strip(),
        contrasts.budgets(),
        Stream.of(Gradients.note(task, task.largest()).orElse(""), gaps.answer(task))
            .filter(s -> !s.isEmpty())
            .toList());
  }

  /** All of it in one paragraph. */
  String text() {
    return Stream.concat(Stream.of(outcome, ratios), caveats.stream())
        .filter(s -> !s.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private record Entry(String label, Estimate.Interval estimate) {}

  /**
   * The outcome in two sentences. Intervals that do not touch are a cautious criterion for one
   * pair; it is not a test over all.
   */
  static String outcome(Task contest) {
    long budget = contest.largestBudget();
    List<SummaryRow> rows = contest.at(budget, METRIC);
    String where =
        contest.name()
            + (budget > 0 ? " at " + Numbers.amount((double) budget) + " " + contest.unit() : "");
    if (rows.isEmpty()) {
      return "The study does not ask for the reward, so nothing is said of " + where + ".";
    }
    List<Entry> ranked = new ArrayList<>();
    Map<String, List<String>> without = new LinkedHashMap<>(); // by reason
    for (SummaryRow row : rows) {
      if (row.estimate() instanceof Estimate.Interval i) {
        ranked.add(new Entry(row.label(), i));
      } else if (row.estimate() instanceof Estimate.Refused r) {
        without.computeIfAbsent(r.reason(), reason -> new ArrayList<>()).add(row.label());
      }
    }
    ranked.sort(Comparator.comparingDouble((Entry e) -> e.estimate().value()).reversed());
    if (ranked.isEmpty()) {
      return "No algorithm has a median of "
          + where
          + ": "
          + (without.size() == 1 ? without.keySet().iterator().next() : named(without))
          + ".";
    }
    return "Highest median of "
        + where
        + ": "
        + first(ranked)
        + (without.isEmpty() ? "" : " No median: " + named(without) + ".");
  }

  private static String named(Map<String, List<String>> without) {
    return without.entrySet().stream()
        .map(e -> String.join(", ", e.getValue()) + " (" + e.getKey() + ")")
        .collect(Collectors.joining("; "));
  }

  /**
   * Who is first, and from whom that keeps apart; several that have the very same numbers share it.
   */
  private static String first(List<Entry> ranked) {
    Entry best = ranked.get(0);
    List<String> tied =
        ranked.stream()
            .filter(e -> e.estimate().equals(best.estimate()))
            .map(Entry::label)
            .toList();
    return String.join(", ", tied)
        + (tied.size() == 1 ? ", " : ", all of them ")
        + Numbers.both(best.estimate())
        + ". "
        + apart(best, tied.size(), ranked.subList(tied.size(), ranked.size()));
  }

  private static String apart(Entry best, int tied, List<Entry> others) {
    if (others.isEmpty()) {
      return tied == 1 ? "There is nothing to compare it with." : "No algorithm is ahead.";
    }
    String whose = tied == 1 ? "Its" : "Their";
    String close =
        others.stream()
            .filter(e -> e.estimate().high() >= best.estimate().low())
            .map(e -> e.label() + " " + Numbers.both(e.estimate()))
            .collect(Collectors.joining(", "));
    return close.isEmpty()
        ? whose + " interval lies above that of every other algorithm."
        : whose
            + " interval overlaps with that of "
            + close
            + ": the data do not tell which of them is higher.";
  }
}
