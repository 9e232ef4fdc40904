package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/**
 * Wilcoxon's signed-rank test with zeros after J. W. Pratt (JASA 54 (1959) 655-667) and average
 * ranks for ties.
 *
 * <p>Zeros are ranked with the rest and then left out, so that they count as small differences
 * without a sign. Given the ranks that are left, every sign is a fair coin: up to 200 of them the
 * law of the sum is computed exactly, ties included, by adding one rank after another; beyond that
 * it is taken as normal, with a correction for continuity.
 *
 * <p>Not the test in Commons Math 3.6.1, which keeps zeros as if they had signs and whose exact law
 * does not know ties.
 */
public final class SignedRank {
  private static final int EXACT = 200;

  private SignedRank() {}

  /**
   * The test that differences are symmetric about zero.
   *
   * @param x finite differences of independent pairs
   * @param unit what a pair is, for the method's name, for example {@code prompts}
   * @return the sum of the ranks of positive differences and its p-value; refused under 6 pairs
   */
  public static TestResult test(double[] x, String unit) {
    int n = Finite.require(x).length;
    if (n < SignFlips.PAIRS) {
      return new TestResult.Refused(
          "a signed-rank test needs " + SignFlips.PAIRS + " " + unit + "; there are " + n, n);
    }
    double[] ranks =
        new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE)
            .rank(Arrays.stream(x).map(Math::abs).toArray());
    double[] kept =
        IntStream.range(0, n).filter(i -> x[i] != 0).mapToDouble(i -> ranks[i]).toArray();
    double positive = IntStream.range(0, n).filter(i -> x[i] > 0).mapToDouble(i -> ranks[i]).sum();
    return kept.length <= EXACT
        ? new TestResult.Tested(positive, exact(kept, positive), "signed ranks, exact, " + unit, n)
        : new TestResult.Tested(
            positive, normal(kept, positive), "signed ranks, normal, " + unit, n);
  }

  /** Ranks are halves of integers at worst, so twice their sum indexes the law. */
  private static double exact(double[] ranks, double positive) {
    int[] doubled = Arrays.stream(ranks).mapToInt(r -> (int) Math.round(2 * r)).toArray();
    int most = Arrays.stream(doubled).sum();
    double[] law = new double[most + 1];
    law[0] = 1;
    for (int r : doubled) {
      for (int s = most; s >= 0; s--) {
        law[s] = (law[s] + (s < r ? 0 : law[s - r])) / 2;
      }
    }
    int seen = (int) Math.round(2 * positive);
    int small = Math.min(seen, most - seen);
    return Math.min(1, 2 * Arrays.stream(law, 0, small + 1).sum());
  }

  private static double normal(double[] ranks, double positive) {
    double away = Math.abs(positive - Arrays.stream(ranks).sum() / 2);
    double deviation = Math.sqrt(Arrays.stream(ranks).map(r -> r * r).sum()) / 2;
    double z = Math.max(0, away - 0.5) / deviation;
    return Math.max(
        Double.MIN_VALUE, 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-z));
  }
}
