package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Slug;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import java.util.Collection;
import java.util.IntSummaryStatistics;
import java.util.Map;
import java.util.stream.Collectors;

/** Sentences that figures have in common. */
final class Captions {
  private Captions() {}

  /** How many independent units stand behind each of some numbers. */
  static String units(Collection<? extends Estimate> estimates) {
    IntSummaryStatistics n = estimates.stream().mapToInt(Estimate::n).summaryStatistics();
    return "n = "
        + n.getMin()
        + (n.getMin() == n.getMax() ? "" : " to " + n.getMax())
        + " independent units each";
  }

  /** Who is left out and why; empty text if nobody is. */
  static String without(Map<String, String> reasons) {
    return reasons.isEmpty()
        ? ""
        : " Not shown: "
            + reasons.values().stream()
                .distinct()
                .map(reason -> names(reasons, reason) + " (" + reason + ")")
                .collect(Collectors.joining("; "))
            + ".";
  }

  private static String names(Map<String, String> reasons, String reason) {
    return reasons.entrySet().stream()
        .filter(e -> e.getValue().equals(reason))
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  /** How some intervals were made, and on how many units; empty text if there are none. */
  static String intervals(Methods methods, Collection<? extends Estimate> estimates) {
    return methods
        .sentence()
        .map(s -> s.substring(0, s.length() - 1) + "; " + units(estimates) + ".")
        .orElse("");
  }

  /** The file name of a figure of a contest. */
  static String file(String kind, Task contest, String... further) {
    return kind
        + "-"
        + Slug.of(contest.model() + "-" + contest.verifier() + "-" + String.join("-", further));
  }

  /** The largest budget with its unit, or that there is none. */
  static String largest(Task contest) {
    long budget = contest.largestBudget();
    return budget > 0
        ? "at the largest budget, " + Numbers.amount((double) budget) + " " + contest.unit()
        : "without a budget";
  }
}
