package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Optional;

/**
 * Intervals of statistics that a bootstrap would spoil: those that count neighbours or pairs, where
 * a unit drawn twice is a pair at distance zero, and those with a bias of their own in the number
 * of units, which a resample would carry a second time.
 *
 * <p>Units are dealt to groups and the statistic is computed without each group in turn. With n
 * units, {@code h_j = n / m_j} for a group of m_j units and pseudo-values {@code u_j = h_j t - (h_j
 * - 1) t_(j)}, the variance is {@code (1/g) sum_j (u_j - t_J)^2 / (h_j - 1)}, where {@code t_J = g
 * t - sum_j (1 - m_j/n) t_(j)} (Busing, Meijer and Van der Leeden, Statistics and Computing 9
 * (1999) 3-8); with equal groups that is the common {@code (g-1)/g sum_j (t_(j) - mean)^2}. The
 * ends are Student's with g - 1 degrees of freedom about the statistic itself, which is not
 * corrected.
 */
public final class Jackknife {
  private static final int GROUPS = 5;

  private Jackknife() {}

  /**
   * The statistic with its interval; refused under 5 groups, where leaving groups out changes
   * nothing, and where a value is not finite.
   *
   * @param value the statistic of all units
   * @param without the statistic without each group
   * @param sizes units in each group
   * @param unit what a unit is, for the method's name
   */
  public static Estimate interval(
      double value, double[] without, int[] sizes, String unit, double level) {
    return interval(value, without, sizes, unit, level, 0);
  }

  /**
   * The same for a statistic that is degenerate where it is zero, as means over pairs are: there
   * the groups agree by chance to a degree that says nothing, and the variance is that of the
   * second order.
   *
   * @param second the variance of the statistic where it is zero, added to that of the groups
   */
  public static Estimate interval(
      double value, double[] without, int[] sizes, String unit, double level, double second) {
    Optional<Estimate> few = refusal(sizes, unit);
    if (few.isPresent()) {
      return few.get();
    }
    int groups = without.length;
    int n = Arrays.stream(sizes).sum();
    if (!Double.isFinite(value) || !Arrays.stream(without).allMatch(Double::isFinite)) {
      return new Estimate.Refused("not defined on these values", n);
    }
    double[] all = Arrays.copyOf(without, groups + 1);
    all[groups] = value;
    Scale scale = Scale.of(all);
    double at = scale.in(value);
    double variance = variance(at, scale.in(without), sizes, n);
    if (variance == 0) {
      return new Estimate.Refused("no spread: the same without any of the " + n + " " + unit, n);
    }
    double chance = scale.in(scale.in(second));
    double half = Means.quantile(groups - 1, (1 + level) / 2) * Math.sqrt(variance + chance);
    String method = "jackknife of " + groups + " groups, " + unit;
    return Double.isFinite(half)
        ? scale.out(new Estimate.Interval(at, at - half, at + half, level, method, n))
        : new Estimate.Refused("not defined on these values", n);
  }

  /**
   * Why units cannot carry a jackknife, known before anything is computed of them; empty if they
   * can.
   *
   * @param sizes units in each group
   * @param unit what a unit is
   */
  public static Optional<Estimate> refusal(int[] sizes, String unit) {
    return sizes.length >= GROUPS
        ? Optional.empty()
        : Optional.of(
            new Estimate.Refused(
                "a jackknife needs "
                    + GROUPS
                    + " groups of "
                    + unit
                    + "; there are "
                    + sizes.length,
                Arrays.stream(sizes).sum()));
  }

  private static double variance(double value, double[] without, int[] sizes, int n) {
    if (Arrays.stream(without).allMatch(v -> v == without[0])) {
      return 0;
    }
    int groups = without.length;
    double centre = groups * value;
    for (int j = 0; j < groups; j++) {
      centre -= (1 - (double) sizes[j] / n) * without[j];
    }
    double variance = 0;
    for (int j = 0; j < groups; j++) {
      double h = (double) n / sizes[j];
      double off = h * value - (h - 1) * without[j] - centre;
      variance += off * off / (h - 1) / groups;
    }
    return variance;
  }
}
