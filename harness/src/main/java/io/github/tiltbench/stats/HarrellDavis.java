package io.github.tiltbench.stats;

import java.util.Arrays;
import org.apache.commons.math3.special.Beta;

/**
 * The Harrell-Davis quantile estimator, plain and weighted.
 *
 * <p>Source: F. E. Harrell and C. E. Davis, Biometrika 69 (1982) 635-640. Weighted form: A.
 * Akinshin, arXiv 2304.07265: with weights {@code w} that sum to one, cumulative weights {@code
 * t_i} in the order of the values, and Kish's effective size {@code n* = 1 / sum w²},
 *
 * <pre>  q = sum_i [I(t_i) - I(t_{i-1})] x_(i),   I = I_t((n*+1)p, (n*+1)(1-p)).</pre>
 *
 * It equals the plain estimator for equal weights, ignores values of weight zero, does not change
 * when weights are scaled, and gives the value itself when one value has all the weight.
 */
public final class HarrellDavis {
  /** Minus the logarithm of what is nothing beside any other share. */
  private static final double UNNOTICED = 600;

  /** Minus the logarithm of what is nothing beside one. */
  private static final double ROUNDED = 40;

  private HarrellDavis() {}

  /**
   * The quantile of equally weighted values.
   *
   * @param x finite values, any order, at least one
   * @param p probability, in (0, 1)
   */
  public static double quantile(double[] x, double p) {
    double[] weights = new double[x.length];
    Arrays.fill(weights, 1);
    return quantile(x, weights, p);
  }

  /**
   * The quantile of weighted values.
   *
   * @param x finite values, any order, at least one
   * @param weights as many finite weights, none negative, not all zero, of any scale
   * @param p probability, in (0, 1)
   */
  public static double quantile(double[] x, double[] weights, double p) {
    Finite.require(x);
    Finite.probability(p);
    double n = effectiveSize(weights);
    double total = Arrays.stream(weights).sum();
    double sum = 0;
    double cumulated = 0;
    double before = 0;
    for (int i : order(x)) {
      cumulated += weights[i];
      double now = cdf(cumulated / total, n, p);
      sum += (now - before) * x[i];
      before = now;
    }
    return sum;
  }

  /** Kish's effective size {@code (sum w)² / sum w²}. */
  static double effectiveSize(double[] weights) {
    double sum = 0;
    double squares = 0;
    for (double w : Finite.require(weights)) {
      if (w < 0) {
        throw new IllegalArgumentException("weights must not be negative: " + w);
      }
      sum += w;
      squares += w * w;
    }
    if (sum <= 0) {
      throw new IllegalArgumentException("all weights are zero");
    }
    return sum * sum / squares;
  }

  /**
   * {@code I_t((n+1)p, (n+1)(1-p))}, with t clipped to [0, 1].
   *
   * <p>Chernoff's bound {@code exp(-(n+1) KL(p || t))} on the rarer side says where there is no
   * point in computing it: below, where no sum would notice; above, where it rounds to one.
   */
  static double cdf(double t, double n, double p) {
    if (t <= 0 || t >= 1) {
      return t <= 0 ? 0 : 1;
    }
    double exponent = (n + 1) * (p * Math.log(p / t) + (1 - p) * Math.log((1 - p) / (1 - t)));
    if (exponent > (t < p ? UNNOTICED : ROUNDED)) {
      return t < p ? 0 : 1;
    }
    return Beta.regularizedBeta(t, (n + 1) * p, (n + 1) * (1 - p));
  }

  /** Indices in ascending order of x; ties keep their order. */
  static int[] order(double[] x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    int[] taken = new int[x.length];
    int[] order = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      int first = first(sorted, x[i]);
      order[first + taken[first]++] = i;
    }
    return order;
  }

  /** Where a value of a sorted array stands first. */
  private static int first(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Double.compare(sorted[middle], value) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
