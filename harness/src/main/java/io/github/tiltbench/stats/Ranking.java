package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Algorithms ranked over independent tasks, and which of them the tasks can tell apart.
 *
 * <p>Only where {@link Friedman#test} rejects equal ranks are pairs compared: by Wilcoxon's
 * signed-rank test with Holm, because tests on average ranks let the verdict on a pair depend on
 * the other algorithms (A. Benavoli, G. Corani and F. Mangili, JMLR 17 (2016) 1-10).
 *
 * <p>A block is a task, for example a reward on a data set, with prompts of its own; prompts and
 * samples of one task are not blocks.
 */
public sealed interface Ranking {

  /**
   * No ranking.
   *
   * @param reason what was missing and how much would do, in words
   */
  record Refused(String reason) implements Ranking {}

  /**
   * A ranking.
   *
   * @param algorithms best first
   * @param ranks their average ranks; 1 is best
   * @param agreement the test of equal ranks
   * @param pairs tests of all pairs, adjusted for each other; empty where ranks do not differ
   * @param cliques longest runs of neighbours in which no two differ, best first, also of one;
   *     empty where ranks do not differ
   * @param blocks number of tasks
   */
  record Ranked(
      List<String> algorithms,
      List<Double> ranks,
      TestResult.Tested agreement,
      List<PairTest> pairs,
      List<List<String>> cliques,
      int blocks)
      implements Ranking {}

  /**
   * The test of two algorithms.
   *
   * @param better the one with the smaller average rank
   */
  record PairTest(String better, String worse, TestResult verdict) {
    /** Whether the two differ at 5 % for the whole family. */
    public boolean different() {
      return verdict instanceof TestResult.Tested t && t.p() <= 0.05;
    }
  }

  /**
   * Ranks algorithms.
   *
   * @param scores of each algorithm, one a block in a fixed order; larger is better, NaN where the
   *     cell is missing
   */
  static Ranking of(Map<String, double[]> scores) {
    List<String> names = List.copyOf(scores.keySet());
    int blocks = scores.values().stream().mapToInt(s -> s.length).max().orElse(0);
    if (names.size() < 3) {
      return new Refused("a ranking needs 3 algorithms; there are " + names.size());
    }
    if (blocks < 5) {
      return new Refused("a ranking needs 5 independent tasks; there are " + blocks);
    }
    for (String name : names) {
      double[] s = scores.get(name);
      for (int i = 0; i < blocks; i++) {
        if (i >= s.length || Double.isNaN(s[i])) {
          return new Refused(name + " has no score in task " + (i + 1));
        }
      }
    }
    double[][] ranks =
        Friedman.ranks(
            IntStream.range(0, blocks)
                .mapToObj(i -> names.stream().mapToDouble(a -> scores.get(a)[i]).toArray())
                .toArray(double[][]::new));
    double[] averages = Friedman.averages(ranks);
    List<Integer> order =
        IntStream.range(0, averages.length)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> averages[j]))
            .toList();
    List<String> sorted = order.stream().map(names::get).toList();
    TestResult.Tested agreement = Friedman.test(ranks);
    List<PairTest> pairs = agreement.p() <= 0.05 ? pairs(sorted, scores) : List.of();
    return new Ranked(
        sorted,
        order.stream().map(j -> averages[j]).toList(),
        agreement,
        pairs,
        pairs.isEmpty() ? List.of() : cliques(sorted, pairs),
        blocks);
  }

  private static List<PairTest> pairs(List<String> sorted, Map<String, double[]> scores) {
    List<PairTest> pairs = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      for (int j = i + 1; j < sorted.size(); j++) {
        double[] a = scores.get(sorted.get(i));
        double[] b = scores.get(sorted.get(j));
        // halves, since only signs and ranks count and two large scores may be far apart
        double[] d = IntStream.range(0, a.length).mapToDouble(k -> a[k] / 2 - b[k] / 2).toArray();
        pairs.add(new PairTest(sorted.get(i), sorted.get(j), SignedRank.test(d, "tasks")));
      }
    }
    return adjusted(pairs);
  }

  private static List<PairTest> adjusted(List<PairTest> pairs) {
    List<TestResult> verdicts = Multiplicity.holm(pairs.stream().map(PairTest::verdict).toList());
    return IntStream.range(0, pairs.size())
        .mapToObj(i -> new PairTest(pairs.get(i).better(), pairs.get(i).worse(), verdicts.get(i)))
        .toList();
  }

  private static List<List<String>> cliques(List<String> sorted, List<PairTest> pairs) {
    List<List<String>> cliques = new ArrayList<>();
    int reached = 0;
    for (int from = 0; from < sorted.size(); from++) {
      int to = from + 1;
      while (to < sorted.size() && alike(sorted.subList(from, to + 1), pairs)) {
        to++;
      }
      if (to > reached) {
        cliques.add(List.copyOf(sorted.subList(from, to)));
        reached = to;
      }
    }
    return cliques;
  }

  private static boolean alike(List<String> run, List<PairTest> pairs) {
    return pairs.stream()
        .filter(p -> run.contains(p.better()) && run.contains(p.worse()))
        .noneMatch(PairTest::different);
  }
}
