package io.github.tiltbench.stats;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Classical sample quantiles by their number in Hyndman and Fan (1996).
 *
 * <p>Commons Math drops NaN without a word and returns NaN for an empty array, so every call goes
 * through a check first.
 */
public final class Quantiles {
  private Quantiles() {}

  /** Type 6, the {@code p (n+1)}-th order statistic: the ends of bootstrap intervals. */
  public static double type6(double[] x, double p) {
    return quantile(x, p, EstimationType.R_6);
  }

  /** Type 7, the default of NumPy and R. */
  public static double type7(double[] x, double p) {
    return quantile(x, p, EstimationType.R_7);
  }

  /** Type 8, about median-unbiased whatever the law; the choice for small samples. */
  public static double type8(double[] x, double p) {
    return quantile(x, p, EstimationType.R_8);
  }

  private static double quantile(double[] x, double p, EstimationType type) {
    Finite.require(x);
    Finite.probability(p);
    return new Percentile().withEstimationType(type).evaluate(x, 100 * p);
  }
}
