package io.github.tiltbench.stats;

import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/**
 * Shares of independent draws with Wilson's score interval, which stays inside [0, 1] and has a
 * width even when all draws agree (E. B. Wilson, JASA 22 (1927) 209-212).
 *
 * <p>For draws pooled from fixed conditions, equally many each, the share varies less than a
 * binomial one, so the interval is conservative.
 */
public final class Proportions {
  private static final int DRAWS = 10;

  private Proportions() {}

  /**
   * The share of successes; refused under 10 draws.
   *
   * @param unit what a draw is, for the name of the method, for example {@code draws}
   */
  public static Estimate wilson(int successes, int n, double level, String unit) {
    if (n < DRAWS) {
      return new Estimate.Refused("a share needs " + DRAWS + " " + unit + "; there are " + n, n);
    }
    ConfidenceInterval i = new WilsonScoreInterval().createInterval(n, successes, level);
    return new Estimate.Interval(
        (double) successes / n,
        Math.max(0, i.getLowerBound()),
        Math.min(1, i.getUpperBound()),
        level,
        "Wilson, " + unit,
        n);
  }
}
