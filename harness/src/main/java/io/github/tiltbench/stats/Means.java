package io.github.tiltbench.stats;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Means with Student t intervals.
 *
 * <p>For one group of {@code n} units the standard error is {@code s / sqrt n} with {@code n - 1}
 * degrees of freedom. For fixed groups the estimate is the mean of group means, its variance {@code
 * sum_g s_g² / (n_g G²)}, with Welch and Satterthwaite's degrees of freedom; one group is the
 * special case.
 */
public final class Means {
  private static final double SKEWNESS = 0.1;
  private static final int GROUP = 10;

  private Means() {}

  /**
   * The mean of group means.
   *
   * @param variance its estimated sampling variance; zero if no group shows a spread
   * @param freedom degrees of freedom of that variance; NaN if it is zero
   */
  record Moments(double value, double variance, double freedom) {}

  /**
   * The mean of one group of independent units.
   *
   * @param x finite values
   * @param unit what a value is, for the method's name, for example {@code prompts}
   */
  public static Estimate student(double[] x, double level, String unit) {
    return student(new double[][] {x}, level, unit);
  }

  /**
   * The mean over fixed groups, each group counting alike.
   *
   * @param groups finite values, one array a group; refused unless every group has two and some
   *     group shows a spread
   */
  public static Estimate student(double[][] groups, double level, String unit) {
    int n = Arrays.stream(groups).mapToInt(g -> Finite.require(g).length).sum();
    if (Arrays.stream(groups).anyMatch(g -> g.length < 2)) {
      return new Estimate.Refused("a mean needs 2 " + unit + " each; there is 1", n);
    }
    Moments m = moments(groups);
    if (m.variance() == 0) {
      return new Estimate.Refused("no spread: equal values in all " + n + " " + unit, n);
    }
    double half = quantile(m.freedom(), (1 + level) / 2) * Math.sqrt(m.variance());
    return new Estimate.Interval(
        m.value(), m.value() - half, m.value() + half, level, "t, " + unit, n);
  }

  /**
   * The mean over fixed groups by {@link #student}, or by {@link StudentisedMean} where the law of
   * the mean is skewed by more than 0.1 and every group has 10 values.
   */
  static Estimate mean(double[][] groups, Confidence c, String unit) {
    Estimate student = student(groups, c.level(), unit);
    boolean skewed = Math.abs(skewness(groups)) > SKEWNESS;
    return student instanceof Estimate.Interval i
            && skewed
            && Arrays.stream(groups).allMatch(g -> g.length >= GROUP)
        ? StudentisedMean.interval(groups, i, c, unit)
        : student;
  }

  /** The skewness of the mean of group means; that of the values over {@code sqrt n} for one. */
  static double skewness(double[][] groups) {
    double cubes = 0;
    double squares = 0;
    for (double[] g : groups) {
      double mean = Arrays.stream(g).average().orElseThrow();
      double scale = 1.0 / g.length / groups.length;
      cubes += Arrays.stream(g).map(v -> Math.pow(scale * (v - mean), 3)).sum();
      squares += squares(g, mean) * scale * scale;
    }
    return squares == 0 ? 0 : cubes / Math.pow(squares, 1.5);
  }

  static Moments moments(double[][] groups) {
    double value = 0;
    double variance = 0;
    double spread = 0;
    for (double[] g : groups) {
      double mean = Arrays.stream(g).average().orElseThrow();
      double part = squares(g, mean) / (g.length - 1) / g.length / groups.length / groups.length;
      value += mean / groups.length;
      variance += part;
      spread += part * part / (g.length - 1);
    }
    return new Moments(value, variance, variance * variance / spread);
  }

  /** The quantile of Student's law. */
  static double quantile(double freedom, double p) {
    return new TDistribution(null, freedom).inverseCumulativeProbability(p);
  }

  /** The distribution function of Student's law. */
  static double probability(double freedom, double t) {
    return new TDistribution(null, freedom).cumulativeProbability(t);
  }

  /** The sum of squared deviations; exactly zero when all values are equal. */
  private static double squares(double[] x, double mean) {
    boolean flat = Arrays.stream(x).allMatch(v -> v == x[0]);
    return flat ? 0 : Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
  }
}
