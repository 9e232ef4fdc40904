package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * The distribution-free interval for a quantile of independent draws.
 *
 * <p>With {@code K ~ Bin(n, p)}, {@code l = max{l : P(K <= l-1) <= a/2}} and {@code u = min{u : P(K
 * <= u-1) >= 1 - a/2}}, the interval {@code [x_(l), x_(u)]} covers with probability {@code P(l <= K
 * <= u-1) >= 1 - a}, whatever the law.
 *
 * <p>For draws pooled from fixed conditions, equally many each, the number of draws below the
 * quantile of the mixture is a sum of unequal Bernoulli variables with mean {@code np}, which is
 * more concentrated than the binomial (W. Hoeffding, Ann. Math. Statist. 27 (1956) 713-721), so the
 * interval stays valid and is conservative.
 */
public final class OrderStatistics {
  private OrderStatistics() {}

  /**
   * Ranks of the two ends, counted from 1.
   *
   * @param lower rank of the lower end
   * @param upper rank of the upper end
   * @param coverage exact coverage for a continuous law; a lower bound for any other
   */
  public record Ranks(int lower, int upper, double coverage) {}

  /** The ranks of an equal-tailed interval; empty if an end would be infinite. */
  public static Optional<Ranks> ranks(int n, double p, double level) {
    double tail = (1 - Finite.probability(level)) / 2;
    BinomialDistribution k = new BinomialDistribution(null, n, Finite.probability(p));
    int lower = k.inverseCumulativeProbability(tail);
    if (k.cumulativeProbability(lower) <= tail) {
      lower++;
    }
    int upper = k.inverseCumulativeProbability(1 - tail) + 1;
    if (lower == 0 || upper > n) {
      return Optional.empty();
    }
    double coverage = k.cumulativeProbability(upper - 1) - k.cumulativeProbability(lower - 1);
    return Optional.of(new Ranks(lower, upper, coverage));
  }

  /** The smallest number of draws whose equal-tailed interval has two finite ends. */
  public static int minimum(double p, double level) {
    double tail = (1 - Finite.probability(level)) / 2;
    double rare = Math.min(Finite.probability(p), 1 - p);
    return (int) Math.ceil(Math.log(tail) / Math.log1p(-rare));
  }

  /**
   * The quantile of independent draws: Harrell-Davis from 20 draws, type 8 below, with the exact
   * interval. Where far outliers pull Harrell-Davis out of the interval, type 8 stands in for it.
   *
   * @param x finite draws, any order
   * @param unit what a draw is, for the name of the method, for example {@code draws}
   */
  public static Estimate quantile(double[] x, double p, double level, String unit) {
    double[] sorted = Finite.require(x).clone();
    Arrays.sort(sorted);
    int n = x.length;
    Optional<Ranks> ranks = ranks(n, p, level);
    if (ranks.isEmpty()) {
      return new Estimate.Refused(
          Math.round(100 * level)
              + " % interval of quantile "
              + p
              + " needs "
              + minimum(p, level)
              + " "
              + unit
              + "; there are "
              + n,
          n);
    }
    double low = sorted[ranks.get().lower() - 1];
    double high = sorted[ranks.get().upper() - 1];
    double value = n >= 20 ? HarrellDavis.quantile(x, p) : Quantiles.type8(x, p);
    if (value < low || value > high) {
      value = Quantiles.type8(x, p);
    }
    return Estimate.of(value, low, high, level, "order statistics, " + unit, n);
  }
}
