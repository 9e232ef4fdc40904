package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The bias-corrected and accelerated bootstrap interval.
 *
 * <p>Source: B. Efron, JASA 82 (1987) 171-185. With replicates {@code t*}, jackknife values {@code
 * t_(i)} and {@code d_i = mean t_(.) - t_(i)},
 *
 * <pre>
 *   z0 = Phi^-1((#{t* &lt; t} + #{t* = t}/2) / R),   a = sum d³ / (6 (sum d²)^1.5),
 *   end points at Phi(z0 + (z0 + z) / (1 - a (z0 + z))).
 * </pre>
 *
 * For smooth statistics only: the acceleration of a single order statistic means nothing.
 */
public final class Bca {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private Bca() {}

  /**
   * The interval; refused under 10 units, without spread, where a resample has no value, or when
   * the correction has no finite measure.
   */
  public static Estimate interval(
      double[] x, ToDoubleFunction<double[]> statistic, Confidence c, String unit) {
    int n = Finite.require(x).length;
    if (n < 10) {
      return new Estimate.Refused("BCa needs 10 " + unit + "; there are " + n, n);
    }
    if (Means.flat(x)) {
      return new Estimate.Refused("no spread: equal values in all " + n + " " + unit, n);
    }
    double value = statistic.applyAsDouble(x);
    double[] stars =
        Bootstrap.replicates(c, r -> statistic.applyAsDouble(Bootstrap.resample(x, r)));
    double[] d = influence(x, statistic);
    long undefined = Arrays.stream(stars).filter(s -> !Double.isFinite(s)).count();
    if (undefined > 0 || !Double.isFinite(value) || !Arrays.stream(d).allMatch(Double::isFinite)) {
      return Bootstrap.undefined(undefined, stars.length, n);
    }
    double below = 0;
    for (double s : stars) {
      below += s < value ? 1 : s == value ? 0.5 : 0;
    }
    boolean flat = Arrays.stream(d).allMatch(v -> v == 0);
    if (flat || below == 0 || below == stars.length) {
      return new Estimate.Refused("no spread: the " + n + " " + unit + " hardly differ", n);
    }
    double z0 = NORMAL.inverseCumulativeProbability(below / stars.length);
    double a = acceleration(d);
    double lower = shifted(z0, a, c.tail());
    double upper = shifted(z0, a, 1 - c.tail());
    if (!(0 < lower && lower < upper && upper < 1)) {
      return new Estimate.Refused("the " + n + " " + unit + " are too skewed for BCa", n);
    }
    double low = Quantiles.type6(stars, lower);
    double high = Quantiles.type6(stars, upper);
    return new Estimate.Interval(value, low, high, c.level(), "BCa, " + unit, n);
  }

  /** The acceleration; for the mean it is the skewness over {@code 6 sqrt n}. */
  static double acceleration(double[] x, ToDoubleFunction<double[]> statistic) {
    return acceleration(influence(x, statistic));
  }

  private static double acceleration(double[] d) {
    double cubes = Arrays.stream(d).map(v -> v * v * v).sum();
    double squares = Arrays.stream(d).map(v -> v * v).sum();
    return cubes / (6 * Math.pow(squares, 1.5));
  }

  private static double[] influence(double[] x, ToDoubleFunction<double[]> statistic) {
    double[] left =
        IntStream.range(0, x.length)
            .mapToDouble(i -> statistic.applyAsDouble(without(x, i)))
            .toArray();
    double mean = Arrays.stream(left).average().orElseThrow();
    return Arrays.stream(left).map(t -> mean - t).toArray();
  }

  private static double[] without(double[] x, int i) {
    double[] others = new double[x.length - 1];
    System.arraycopy(x, 0, others, 0, i);
    System.arraycopy(x, i + 1, others, i, others.length - i);
    return others;
  }

  private static double shifted(double z0, double a, double tail) {
    double z = z0 + NORMAL.inverseCumulativeProbability(tail);
    return NORMAL.cumulativeProbability(z0 + z / (1 - a * z));
  }
}
