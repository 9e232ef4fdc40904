package io.github.tiltbench.report;

import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The outcome of a contest in two sentences: who has the highest median at the largest budget, and
 * whose interval keeps apart from it.
 *
 * <p>Intervals that do not touch are a cautious criterion for one pair; it is not a test over all.
 */
final class Answer {
  private static final String METRIC = "q0.5";

  private Answer() {}

  private record Entry(String label, Estimate.Interval estimate) {}

  static String of(Task contest) {
    long budget = contest.largestBudget();
    List<SummaryRow> rows = contest.at(budget, METRIC);
    String where =
        contest.name()
            + (budget > 0 ? " at " + Numbers.amount((double) budget) + " " + contest.unit() : "");
    if (rows.isEmpty()) {
      return "The study does not ask for the reward, so nothing is said of " + where + ".";
    }
    List<Entry> ranked = new ArrayList<>();
    List<String> without = new ArrayList<>();
    for (SummaryRow row : rows) {
      if (row.estimate() instanceof Estimate.Interval i) {
        ranked.add(new Entry(row.label(), i));
      } else {
        without.add(row.label());
      }
    }
    ranked.sort(Comparator.comparingDouble((Entry e) -> e.estimate().value()).reversed());
    if (ranked.isEmpty()) {
      return "No algorithm has a median of " + where + "; the table says why.";
    }
    Entry best = ranked.get(0);
    return "Highest median of "
        + where
        + ": "
        + best.label()
        + ", "
        + Numbers.both(best.estimate())
        + ". "
        + apart(best, ranked.subList(1, ranked.size()))
        + (without.isEmpty() ? "" : " No median: " + String.join(", ", without) + ".");
  }

  private static String apart(Entry best, List<Entry> others) {
    if (others.isEmpty()) {
      return "There is nothing to compare it with.";
    }
    String close =
        others.stream()
            .filter(e -> e.estimate().high() >= best.estimate().low())
            .map(e -> e.label() + " " + Numbers.both(e.estimate()))
            .collect(Collectors.joining(", "));
    return close.isEmpty()
        ? "Its interval lies above that of every other algorithm."
        : "Its interval overlaps with that of "
            + close
            + ": the data do not tell which of them is higher.";
  }
}
