package io.github.tiltbench.stats;

import java.util.Arrays;
import org.apache.commons.math3.special.Beta;

/**
 * The exact bootstrap standard error of one order statistic.
 *
 * <p>Source: J. S. Maritz and R. G. Jarrett, JASA 73 (1978) 194-196. The {@code m}-th order
 * statistic of a resample, {@code m = floor(np + 1/2)}, equals {@code x_(i)} with probability
 * {@code I_{i/n}(m, n-m+1) - I_{(i-1)/n}(m, n-m+1)}. Some software uses {@code (m-1, n-m)}, which
 * is not that law. To be used with the Harrell-Davis estimate and 64 values or more.
 */
public final class MaritzJarrett {
  private MaritzJarrett() {}

  /**
   * The standard error of the sample quantile.
   *
   * @param x finite values, any order, at least two
   * @param p probability with {@code 1 <= floor(np + 1/2) <= n}
   */
  public static double standardError(double[] x, double p) {
    double[] sorted = Finite.require(x).clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    int m = (int) Math.floor(n * Finite.probability(p) + 0.5);
    if (n < 2 || m < 1 || m > n) {
      throw new IllegalArgumentException(n + " values have no order statistic for p = " + p);
    }
    double[] law = new double[n];
    double mean = 0;
    double before = 0;
    for (int i = 0; i < n; i++) {
      double now = Beta.regularizedBeta((i + 1.0) / n, m, n - m + 1);
      law[i] = now - before;
      mean += law[i] * sorted[i];
      before = now;
    }
    double variance = 0;
    for (int i = 0; i < n; i++) {
      variance += law[i] * (sorted[i] - mean) * (sorted[i] - mean);
    }
    return Math.sqrt(variance);
  }
}
