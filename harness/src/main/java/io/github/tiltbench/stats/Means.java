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
 *
 * <p>Where the law of the mean is skewed, no interval from few values covers as often as it says:
 * of 48 values that are 0 in 90 % of cases and 1 plus an exponential else, the intervals here cover
 * 88 %. Such a mean has the note {@value #SKEWED}, and one of fewer than 20 values, of which
 * nothing can be seen, {@value #FEW}: {@code CoverageTest} holds that an interval without a note
 * misses in at most 7 % of experiments, whatever the law.
 */
public final class Means {
  /** The note of a mean whose estimated law is skewed by more than 0.25. */
  public static final String SKEWED = "few draws of a skewed reward";

  /** The note of a mean of fewer than 20 values, or of groups of two. */
  public static final String FEW = "few draws of a reward that may be skewed";

  private static final double SKEWNESS = 0.1;
  private static final double NOTED = 0.25;
  private static final int VALUES = 20;
  private static final int RESAMPLED = 10;

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
    Scale scale = Scale.of(Arrays.stream(groups).flatMapToDouble(Arrays::stream).toArray());
    return scale.out(
        scaled(Arrays.stream(groups).map(scale::in).toArray(double[][]::new), level, unit));
  }

  private static Estimate scaled(double[][] groups, double level, String unit) {
    int n = Arrays.stream(groups).mapToInt(g -> Finite.require(g).length).sum();
    if (Arrays.stream(groups).anyMatch(g -> g.length < 2)) {
      return new Estimate.Refused("a mean needs 2 " + unit + " each; there is 1", n);
    }
    if (Arrays.stream(groups).allMatch(Means::flat)) {
      return new Estimate.Refused("no spread: equal values in all " + n + " " + unit, n);
    }
    Moments m = moments(groups);
    if (m.variance() == 0) {
      return new Estimate.Refused("the spread is lost beside the largest value", n);
    }
    double half = quantile(m.freedom(), (1 + level) / 2) * Math.sqrt(m.variance());
    return new Estimate.Interval(
        m.value(), m.value() - half, m.value() + half, level, "t, " + unit, n);
  }

  /**
   * The mean over fixed groups by {@link #student}, or by {@link StudentisedMean} where the law of
   * the mean is skewed by more than 0.1 and there are 10 values.
   *
   * @param groups that need no {@link Scale} any more
   */
  static Estimate mean(double[][] groups, Confidence c, String unit) {
    if (!(student(groups, c.level(), unit) instanceof Estimate.Interval student)) {
      return student(groups, c.level(), unit);
    }
    double skewness = skewness(groups);
    boolean moved = Math.abs(skewness) > SKEWNESS && student.n() >= RESAMPLED;
    return noted(moved ? StudentisedMean.interval(groups, student, c, unit) : student, skewness);
  }

  /**
   * The mean with a note where its interval may cover less often than it says.
   *
   * @param skewness NaN if it is not known
   */
  static Estimate.Interval noted(Estimate.Interval mean, double skewness) {
    if (Math.abs(skewness) > NOTED) {
      return mean.noted(SKEWED);
    }
    return mean.n() < VALUES || Double.isNaN(skewness) ? mean.noted(FEW) : mean;
  }

  /**
   * The skewness of the mean of group means, from unbiased second and third moments of the groups;
   * about that of the values over {@code sqrt n} for one. NaN if a group has two values, which are
   * always symmetric.
   */
  static double skewness(double[][] groups) {
    double cubes = 0;
    double squares = 0;
    for (double[] g : groups) {
      double mean = average(g);
      double n = g.length;
      double scale = 1 / n / groups.length;
      double third = Arrays.stream(g).map(v -> Math.pow(scale * (v - mean), 3)).sum();
      cubes += third * n / (n - 1) * n / (n - 2);
      squares += squares(g, mean) * scale * scale * n / (n - 1);
    }
    return squares == 0 ? 0 : cubes / Math.pow(squares, 1.5);
  }

  static Moments moments(double[][] groups) {
    double value = 0;
    double variance = 0;
    double[] parts = new double[groups.length];
    double[] freedom = new double[groups.length];
    for (int k = 0; k < groups.length; k++) {
      double[] g = groups[k];
      double mean = average(g);
      freedom[k] = g.length - 1;
      parts[k] = squares(g, mean) / freedom[k] / g.length / groups.length / groups.length;
      value += mean / groups.length;
      variance += parts[k];
    }
    return new Moments(value, variance, freedom(parts, freedom));
  }

  /**
   * Welch and Satterthwaite's degrees of freedom of a sum of variances; NaN if all are zero.
   *
   * @param parts the variances
   * @param freedom of each of them
   */
  static double freedom(double[] parts, double[] freedom) {
    int exponent = Math.getExponent(Arrays.stream(parts).max().orElse(0));
    double sum = 0;
    double squares = 0;
    for (int k = 0; k < parts.length; k++) {
      double part = Math.scalb(parts[k], -exponent);
      sum += part;
      squares += part == 0 ? 0 : part * part / freedom[k];
    }
    return sum * sum / squares;
  }

  /** The quantile of Student's law. */
  static double quantile(double freedom, double p) {
    return new TDistribution(null, freedom).inverseCumulativeProbability(p);
  }

  /** The distribution function of Student's law. */
  static double probability(double freedom, double t) {
    return new TDistribution(null, freedom).cumulativeProbability(t);
  }

  /** The mean; exactly the value where there is only one. */
  static double average(double[] x) {
    return flat(x) ? x[0] : Sums.mean(x);
  }

  /** Whether all values are equal. */
  static boolean flat(double[] x) {
    for (double v : x) {
      if (v != x[0]) {
        return false;
      }
    }
    return true;
  }

  /** The sum of squared deviations; exactly zero when all values are equal. */
  private static double squares(double[] x, double mean) {
    return flat(x) ? 0 : Sums.squares(x, mean);
  }
}
