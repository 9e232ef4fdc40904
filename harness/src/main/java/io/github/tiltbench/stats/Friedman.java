package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/**
 * The test that k algorithms have equal ranks over N blocks, and Nemenyi's critical difference.
 *
 * <pre>
 *   X = 12 N / (k (k+1)) [ sum R_j² - k (k+1)² / 4 ] / C,   C = 1 - sum (t³ - t) / (N (k³ - k)),
 *   F = (N-1) X / (N (k-1) - X)  ~  F(k-1, (k-1)(N-1)),     CD = q sqrt(k (k+1) / (6 N)),
 * </pre>
 *
 * with R the average ranks and t the sizes of groups of ties. X is Friedman's statistic (JASA 32
 * (1937) 675-701), F that of R. L. Iman and J. M. Davenport (Comm. Statist. A 9 (1980) 571-595), CD
 * that of J. Demsar (JMLR 7 (2006) 1-30).
 */
public final class Friedman {
  /** Quantiles of the studentised range of k normals over sqrt 2, k from 2. */
  private static final double[] Q05 = {
    1.960, 2.344, 2.569, 2.728, 2.850, 2.948, 3.031, 3.102, 3.164, 3.219, 3.268
  };

  private static final double[] Q10 = {
    1.645, 2.052, 2.291, 2.460, 2.589, 2.693, 2.780, 2.855, 2.920, 2.978, 3.030
  };

  private Friedman() {}

  /**
   * Ranks within each block, 1 for the largest score, ties averaged.
   *
   * @param scores finite, by block and algorithm
   */
  static double[][] ranks(double[][] scores) {
    NaturalRanking ranking = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);
    return Arrays.stream(scores)
        .map(s -> ranking.rank(Arrays.stream(Finite.require(s)).map(v -> -v).toArray()))
        .toArray(double[][]::new);
  }

  /** The average rank of each algorithm. */
  static double[] averages(double[][] ranks) {
    return IntStream.range(0, ranks[0].length)
        .mapToDouble(j -> Arrays.stream(ranks).mapToDouble(r -> r[j]).average().orElseThrow())
        .toArray();
  }

  /**
   * The test of equal ranks. Its statistic is F. Where all blocks agree on a strict order, F is
   * infinite; then the statistic is X and p the probability of such an agreement, {@code k!^(1-N)}.
   *
   * @param ranks by block and algorithm
   */
  static TestResult.Tested test(double[][] ranks) {
    int n = ranks.length;
    int k = ranks[0].length;
    double correction =
        1 - Arrays.stream(ranks).mapToDouble(Friedman::ties).sum() / n / (k * (k * (double) k - 1));
    if (correction < 1e-12) {
      return new TestResult.Tested(0, 1, "all scores equal, blocks", n);
    }
    double centre = (k + 1) / 2.0;
    double squares = Arrays.stream(averages(ranks)).map(r -> (r - centre) * (r - centre)).sum();
    double x = 12.0 * n / (k * (k + 1.0)) * squares / correction;
    double rest = n * (k - 1.0) - x;
    if (rest < 1e-9 * x) {
      double orders = IntStream.rangeClosed(2, k).mapToDouble(i -> i).reduce(1, (a, b) -> a * b);
      return new TestResult.Tested(x, Math.pow(orders, 1 - n), "complete agreement, blocks", n);
    }
    double f = (n - 1) * x / rest;
    double p = 1 - new FDistribution(null, k - 1, (k - 1.0) * (n - 1)).cumulativeProbability(f);
    return new TestResult.Tested(
        f, Math.max(p, Double.MIN_VALUE), "Friedman, F of Iman and Davenport, blocks", n);
  }

  /** The sum of {@code t³ - t} over the groups of ties in one block. */
  private static double ties(double[] ranks) {
    return Arrays.stream(ranks)
        .map(r -> Arrays.stream(ranks).filter(s -> s == r).count())
        .map(t -> t * t - 1)
        .sum();
  }

  /**
   * Nemenyi's critical difference of average ranks.
   *
   * @param k algorithms, from 2 to 12
   * @param blocks independent tasks
   * @param level of the test, 0.05 or 0.1
   */
  public static double criticalDifference(int k, int blocks, double level) {
    if (k < 2 || k > Q05.length + 1 || (level != 0.05 && level != 0.1)) {
      throw new IllegalArgumentException(
          "no critical difference is tabulated for " + k + " algorithms at " + level);
    }
    double q = (level == 0.05 ? Q05 : Q10)[k - 2];
    return q * Math.sqrt(k * (k + 1) / (6.0 * blocks));
  }
}
