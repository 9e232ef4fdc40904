package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {
  /** By task and algorithm, with ties; values computed once outside this code. */
  private static final double[][] SCORES = {
    {3, 1, 2, 2}, {4, 2, 2, 1}, {5, 3, 1, 1}, {2, 2, 1, 0}, {9, 1, 8, 3}, {4, 3, 2, 1}
  };

  private static Map<String, double[]> scores(double[][] byTask) {
    Map<String, double[]> scores = new LinkedHashMap<>();
    for (int j = 0; j < byTask[0].length; j++) {
      int k = j;
      scores.put(
          "" + (char) ('a' + j),
          IntStream.range(0, byTask.length).mapToDouble(i -> byTask[i][k]).toArray());
    }
    return scores;
  }

  private static Ranking.Ranked ranked(double[][] byTask) {
    Ranking ranking = Ranking.of(scores(byTask));
    return assertInstanceOf(Ranking.Ranked.class, ranking, ranking::toString);
  }

  @Test
  void friedmanWithTies() {
    double[][] ranks = Friedman.ranks(SCORES);
    assertArrayEquals(
        new double[] {1.08333333, 2.66666667, 2.75, 3.5}, Friedman.averages(ranks), 1e-8);
    TestResult.Tested t = Friedman.test(ranks);
    assertEquals(9.867256637168154, t.statistic(), 1e-9);
    assertEquals(0.0007669209902184567, t.p(), 1e-12);
  }

  /** X is then N (k - 1), its largest value, and F infinite. */
  @Test
  void completeAgreement() {
    double[][] same = new double[6][];
    for (int i = 0; i < 6; i++) {
      same[i] = new double[] {i + 0.5, i, i - 2};
    }
    Ranking.Ranked r = ranked(same);
    assertEquals(List.of("a", "b", "c"), r.algorithms());
    assertEquals(List.of(1.0, 2.0, 3.0), r.ranks());
    assertEquals(12, r.agreement().statistic(), 1e-12);
    assertEquals("complete agreement, blocks", r.agreement().method());
    assertEquals(Math.pow(6, -5), r.agreement().p(), 1e-15);
  }

  @Test
  void nemenyi() {
    assertEquals(1.929, Friedman.criticalDifference(5, 10, 0.05), 5e-4);
    assertEquals(1.645 * Math.sqrt(6.0 / 60), Friedman.criticalDifference(2, 10, 0.1), 1e-12);
    assertEquals(
        3.268 * Math.sqrt(12 * 13 / 60.0), Friedman.criticalDifference(12, 10, 0.05), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> Friedman.criticalDifference(13, 9, 0.05));
    assertThrows(IllegalArgumentException.class, () -> Friedman.criticalDifference(5, 9, 0.01));
  }

  /** Levels 4, 4, 2, 0 and noise of 0.5 over 20 tasks: the first two are a clique of their own. */
  @Test
  void cliques() {
    SplittableRandom r = new SplittableRandom(1);
    double[] level = {2, 4, 0, 4};
    double[][] byTask =
        IntStream.range(0, 20)
            .mapToObj(
                i -> {
                  double task = 10 * r.nextGaussian();
                  return IntStream.range(0, 4)
                      .mapToDouble(j -> task + level[j] + 0.5 * r.nextGaussian())
                      .toArray();
                })
            .toArray(double[][]::new);
    Ranking.Ranked ranked = ranked(byTask);
    assertEquals(3, ranked.cliques().size());
    assertEquals(2, ranked.cliques().get(0).size());
    assertTrue(ranked.cliques().get(0).containsAll(List.of("b", "d")));
    assertEquals(List.of("a"), ranked.cliques().get(1));
    assertEquals(List.of("c"), ranked.cliques().get(2));
    assertEquals(6, ranked.pairs().size());
    assertEquals(5, ranked.pairs().stream().filter(Ranking.PairTest::different).count());
    assertTrue(Cells.tested(ranked.pairs().get(0).verdict()).method().endsWith("Holm over 6"));
  }

  @Test
  void equalRanksHaveNoCliques() {
    SplittableRandom r = new SplittableRandom(2);
    double[][] byTask =
        IntStream.range(0, 10).mapToObj(i -> r.doubles(4).toArray()).toArray(double[][]::new);
    Ranking.Ranked ranked = ranked(byTask);
    assertTrue(ranked.agreement().p() > 0.05);
    assertEquals(List.of(), ranked.cliques());
    assertEquals(List.of(), ranked.pairs());
    assertEquals(1, ranked(new double[5][3]).agreement().p());
  }

  @Test
  void refusals() {
    assertEquals(
        new Ranking.Refused("a ranking needs 3 algorithms; there are 2"),
        Ranking.of(scores(new double[9][2])));
    assertEquals(
        new Ranking.Refused("a ranking needs 5 independent tasks; there are 4"),
        Ranking.of(scores(new double[4][3])));
    double[][] missing = new double[5][3];
    missing[3][1] = Double.NaN;
    assertEquals(new Ranking.Refused("b has no score in task 4"), Ranking.of(scores(missing)));
  }

  /** Equal algorithms on 8 tasks: F rejects in 5 % of 4000 experiments (standard error 0.35 %). */
  @Test
  void levelOfTheTest() {
    SplittableRandom r = new SplittableRandom(3);
    int rejected = 0;
    for (int i = 0; i < 4000; i++) {
      double[][] byTask =
          IntStream.range(0, 8).mapToObj(k -> r.doubles(4).toArray()).toArray(double[][]::new);
      rejected += Friedman.test(Friedman.ranks(byTask)).p() <= 0.05 ? 1 : 0;
    }
    assertEquals(0.05, rejected / 4000.0, 0.015);
  }
}
