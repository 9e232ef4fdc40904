package io.github.tiltbench.report.table;

import io.github.tiltbench.config.Decimals;
import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Ranking;
import io.github.tiltbench.stats.Ranking.PairTest;
import io.github.tiltbench.stats.TestResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The algorithms of a study ranked over its tasks, the pairs of a model and a verifier, by their
 * mean rewards at the largest budget of each task.
 *
 * <p>Algorithms that no task has a number of are left out; one that lacks a number in some task
 * stops the ranking.
 *
 * @param ranking over tasks, or why there is none
 * @param order of the algorithms in the plan
 */
public record Ranks(Ranking ranking, List<String> order) {
  /** Of the files. */
  static final String NAME = "ranking";

  private static final String METRIC = "mean";

  /** The ranking over contests, one a task; refused where they cannot carry one. */
  public static Ranks of(List<Task> contests) {
    Map<String, double[]> scores = new LinkedHashMap<>();
    for (int task = 0; task < contests.size(); task++) {
      Task contest = contests.get(task);
      for (SummaryRow row : contest.at(contest.largestBudget(), METRIC)) {
        if (row.estimate() instanceof Estimate.Interval i) {
          scores.computeIfAbsent(row.label(), k -> none(contests.size()))[task] = i.value();
        }
      }
    }
    List<String> order =
        contests.stream().flatMap(c -> c.algorithms().stream()).distinct().toList();
    return new Ranks(Ranking.of(scores), order);
  }

  private static double[] none(int tasks) {
    double[] none = new double[tasks];
    Arrays.fill(none, Double.NaN);
    return none;
  }

  /** Why there is no ranking; empty if there is one. */
  public Optional<String> refusal() {
    return ranking instanceof Ranking.Refused r ? Optional.of(r.reason()) : Optional.empty();
  }

  /** The ranking as a table; empty if there is none. */
  public Optional<View> view() {
    return ranking instanceof Ranking.Ranked r
        ? Optional.of(new View(NAME, List.of(table(r)), csv(r)))
        : Optional.empty();
  }

  /** The letters of the cliques that an algorithm belongs to. */
  private static String cliques(Ranking.Ranked r, String algorithm) {
    return IntStream.range(0, r.cliques().size())
        .filter(i -> r.cliques().get(i).contains(algorithm))
        .mapToObj(i -> String.valueOf((char) ('A' + i % 26)))
        .collect(Collectors.joining(" "));
  }

  private static Table table(Ranking.Ranked r) {
    List<Table.Row> body = new ArrayList<>();
    for (int i = 0; i < r.algorithms().size(); i++) {
      String name = r.algorithms().get(i);
      body.add(
          new Table.Row(
              List.of(
                  Cell.of(name),
                  Cell.of(Numbers.short4(r.ranks().get(i))),
                  Cell.of(r.cliques().isEmpty() ? "-" : cliques(r, name))),
              false));
    }
    return new Table(
        "Mean ranks over " + r.blocks() + " tasks",
        List.of(
            Column.key("algorithm", false),
            new Column("mean rank", true, 0),
            new Column("not told apart", false, 0)),
        body,
        List.of(
            "A task is a verifier on a model; its score is the mean reward at the largest budget,"
                + " rank 1 the highest. "
                + agreement(r, "with a letter in common")));
  }

  /**
   * What the test of equal ranks says, and what follows.
   *
   * @param marked which algorithms are not told apart
   */
  public static String agreement(Ranking.Ranked r, String marked) {
    String test =
        "That all ranks are equal has p = "
            + Numbers.p(r.agreement().p())
            + " ("
            + r.agreement().method()
            + ")";
    return r.cliques().isEmpty()
        ? test + ", so no pairs are compared."
        : test
            + "; algorithms "
            + marked
            + " are not told apart by Wilcoxon's signed-rank test of pairs at 5 %, after Holm.";
  }

  private static String csv(Ranking.Ranked r) {
    StringBuilder csv =
        new StringBuilder(Csv.line(List.of("number", "algorithm", "against", "value", "p", "n")));
    String n = Integer.toString(r.blocks());
    TestResult.Tested all = r.agreement();
    csv.append(
        Csv.line(
            List.of(
                all.method(), "", "", Decimals.text(all.statistic()), Decimals.text(all.p()), n)));
    for (int i = 0; i < r.algorithms().size(); i++) {
      String rank = Decimals.text(r.ranks().get(i));
      csv.append(Csv.line(List.of("mean-rank", r.algorithms().get(i), "", rank, "", n)));
    }
    for (PairTest pair : r.pairs()) {
      String p = pair.verdict() instanceof TestResult.Tested t ? Decimals.text(t.p()) : "";
      csv.append(Csv.line(List.of("pair", pair.better(), pair.worse(), "", p, n)));
    }
    return csv.toString();
  }
}
