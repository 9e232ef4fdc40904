package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The expected winner of K draws from one pool of N scored candidates, exactly: the average over
 * all subsets of size K.
 *
 * <p>With candidates in ascending order of the guiding score,
 *
 * <pre>
 *   E_K[y] = sum_{i=K..N} C(i-1, K-1) / C(N, K) y_(i),   w_N = K/N,  w_{i-1} = w_i (i-K)/(i-1),
 * </pre>
 *
 * where y is any attribute of the candidates. Among candidates with the same guiding score y is
 * averaged. It is a U-statistic of the pool, unbiased for K new draws; for K over N/2 so few
 * subsets are disjoint that its interval means little, and it is refused.
 *
 * <p>Two things are called "best": the <i>maximum of K</i>, as here, and the <i>top 1/K of a
 * pool</i>. Their p-quantiles are those of the base law at {@code p^(1/K)} and at {@code 1 -
 * (1-p)/K}.
 */
public final class BestOfK {
  private BestOfK() {}

  /**
   * Independent candidates of one prompt.
   *
   * @param prompt its name
   * @param guide finite scores by which a winner is chosen; larger wins
   * @param y finite attributes of the same candidates; the scores themselves, or others
   */
  public record Pool(String prompt, double[] guide, double[] y) {
    /** Checks that both are there and finite. */
    public Pool {
      if (Finite.require(guide).length != Finite.require(y).length) {
        throw new IllegalArgumentException(guide.length + " scores, " + y.length + " attributes");
      }
    }
  }

  /**
   * The weights of the candidates in ascending order of their scores; they sum to one.
   *
   * @param n size of the pool
   * @param k from 1 to n
   */
  public static double[] weights(int n, int k) {
    if (k < 1 || k > n) {
      throw new IllegalArgumentException("best of " + k + " from a pool of " + n);
    }
    double[] w = new double[n];
    w[n - 1] = (double) k / n;
    for (int i = n; i > k; i--) {
      w[i - 2] = w[i - 1] * (i - k) / (i - 1);
    }
    return w;
  }

  /** The expected attribute of the winner of k candidates of a pool. */
  public static double expected(double[] guide, double[] y, int k) {
    double[] w = weights(guide.length, k);
    int[] order = HarrellDavis.order(guide);
    double sum = 0;
    int from = 0;
    while (from < order.length) {
      int to = from;
      double weight = 0;
      double attribute = 0;
      while (to < order.length && guide[order[to]] == guide[order[from]]) {
        weight += w[to];
        attribute += y[order[to++]];
      }
      sum += weight * attribute / (to - from);
      from = to;
    }
    return sum;
  }

  /**
   * The expected winner, averaged over prompts. From 20 prompts on the interval is that of their
   * mean; under that, Student's on the jackknife's pseudo-values {@code N E_K - (N-1) E_K without
   * i} within fixed prompts (J. N. Arvesen, Ann. Math. Statist. 40 (1969) 2076-2100).
   */
  public static Estimate estimate(List<Pool> pools, int k, Confidence c) {
    int n = pools.stream().mapToInt(p -> p.y().length).sum();
    int smallest = pools.stream().mapToInt(p -> p.y().length).min().orElse(0);
    if (2 * k > smallest) {
      return new Estimate.Refused(
          "best of " + k + " needs pools of " + 2 * k + " candidates; one has " + smallest, n);
    }
    if (pools.size() >= Intervals.UNITS) {
      double[] prompts = pools.stream().mapToDouble(p -> expected(p.guide(), p.y(), k)).toArray();
      return Means.mean(new double[][] {prompts}, c, "prompts");
    }
    double[][] pseudo = pools.stream().map(p -> pseudoValues(p, k)).toArray(double[][]::new);
    return Means.mean(pseudo, c, pools.size() == 1 ? "draws" : "draws in fixed prompts");
  }

  private static double[] pseudoValues(Pool pool, int k) {
    int n = pool.y().length;
    double all = expected(pool.guide(), pool.y(), k);
    return IntStream.range(0, n)
        .mapToDouble(
            i -> n * all - (n - 1) * expected(without(pool.guide(), i), without(pool.y(), i), k))
        .toArray();
  }

  private static double[] without(double[] x, int i) {
    double[] left = Arrays.copyOf(x, x.length - 1);
    System.arraycopy(x, i + 1, left, i, left.length - i);
    return left;
  }

  /** The probability at which the base law has the p-quantile of the maximum of k draws. */
  public static double levelOfMaximum(double p, int k) {
    return Math.pow(Finite.probability(p), 1.0 / k);
  }

  /** The probability at which the base law has the p-quantile of the top 1/k of a large pool. */
  public static double levelOfTop(double p, int k) {
    return 1 - (1 - Finite.probability(p)) / k;
  }
}
