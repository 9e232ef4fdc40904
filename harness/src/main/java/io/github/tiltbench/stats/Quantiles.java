package io.github.tiltbench.stats;

import java.util.Arrays;
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

  /**
   * The smallest value at or under which the weight reaches each of some probabilities: the inverse
   * of the weighted distribution function. A value may be minus infinity, which stands for an
   * inadmissible sample.
   *
   * @param weights of the values, with the sum one
   * @param ascending probabilities
   */
  public static double[] weighted(double[] x, double[] weights, double... ascending) {
    double[] sorted = Finite.requireScores(x).clone();
    Arrays.sort(sorted);
    double[] mass = new double[x.length]; // of equal values all stands at one of them
    for (int i = 0; i < x.length; i++) {
      mass[Arrays.binarySearch(sorted, x[i])] += weights[i];
    }
    double[] quantiles = new double[ascending.length];
    int at = 0;
    double cumulated = mass[0];
    for (int k = 0; k < ascending.length; k++) {
      while (cumulated < ascending[k] && at < x.length - 1) {
        cumulated += mass[++at];
      }
      quantiles[k] = sorted[at];
    }
    return quantiles;
  }

  private static double quantile(double[] x, double p, EstimationType type) {
    Finite.require(x);
    Finite.probability(p);
    return new Percentile().withEstimationType(type).evaluate(x, 100 * p);
  }
}
