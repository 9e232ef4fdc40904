package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The permutation test of a paired difference: under the null hypothesis the two members of a pair
 * are exchangeable, so that every difference may as well have the other sign.
 *
 * <p>Source: R. A. Fisher, The Design of Experiments (1935), section 21. Up to 20 pairs all sign
 * patterns are counted and p is exact; the smallest is {@code 2 / 2^n}. For more, patterns are
 * drawn and {@code p = (1 + #extreme) / (R + 1)} (B. Phipson and G. K. Smyth, Stat. Appl. Genet.
 * Mol. Biol. 9 (2010) 39), which is valid at any R.
 */
public final class SignFlips {
  /** Fewest pairs with which a two-sided test at 5 % can reject. */
  static final int PAIRS = 6;

  private static final int ALL = 20;
  private static final double ROUNDING = 1e-9;

  private SignFlips() {}

  /**
   * The test that the sum of the contributions is zero.
   *
   * @param x finite contributions of independent units to one sum
   * @param unit what a contribution is, for the method's name, for example {@code prompts}
   * @return the sum and its p-value; refused under 6 units
   */
  public static TestResult test(double[] x, Confidence c, String unit) {
    int n = Finite.require(x).length;
    if (n < PAIRS) {
      return new TestResult.Refused(
          "a test of signs needs " + PAIRS + " " + unit + "; there are " + n, n);
    }
    double sum = Sums.of(x);
    double slack = ROUNDING * Arrays.stream(x).map(Math::abs).sum();
    double bound = Math.abs(sum) - slack;
    if (n <= ALL) {
      // the pattern with all signs turned is as extreme, so the first sign may stay
      long count = extreme(x, 1, x[0], bound);
      double p = count / (double) (1L << (n - 1));
      return new TestResult.Tested(sum, p, count == 1, "sign flips, all, " + unit, n);
    }
    double[] parts = n <= JointMeans.MANY ? x : grouped(x);
    double[] flipped = Bootstrap.replicates(c, r -> flip(parts, r));
    long count = Arrays.stream(flipped).filter(s -> Math.abs(s) >= bound).count();
    double p = (1.0 + count) / (c.resamples() + 1.0);
    return new TestResult.Tested(
        sum, p, count == 0, "sign flips, " + c.resamples() + " drawn, " + unit, n);
  }

  /** Sums of neighbours, which are as symmetric under the hypothesis as each of them. */
  private static double[] grouped(double[] x) {
    double[] sums = new double[JointMeans.GROUPS];
    for (int i = 0; i < x.length; i++) {
      sums[JointMeans.group(i, x.length)] += x[i];
    }
    return sums;
  }

  private static long extreme(double[] x, int from, double sum, double bound) {
    if (from == x.length) {
      return Math.abs(sum) >= bound ? 1 : 0;
    }
    return extreme(x, from + 1, sum + x[from], bound) + extreme(x, from + 1, sum - x[from], bound);
  }

  private static double flip(double[] x, SplittableRandom random) {
    double sum = 0;
    long bits = 0;
    for (int i = 0; i < x.length; i++) {
      bits = i % Long.SIZE == 0 ? random.nextLong() : bits >>> 1;
      sum += (bits & 1) == 0 ? x[i] : -x[i];
    }
    return sum;
  }
}
