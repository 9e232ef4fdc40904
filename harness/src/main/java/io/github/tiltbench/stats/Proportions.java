package io.github.tiltbench.stats;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/**
 * Shares of independent draws, with intervals that stay inside [0, 1] and have a width even when
 * all draws agree.
 *
 * <p>Wilson's score interval (E. B. Wilson, JASA 22 (1927) 209-212) covers as often as it says on
 * average over shares; the interval of C. J. Clopper and E. S. Pearson (Biometrika 26 (1934)
 * 404-413) covers at least as often for every share, and is wider. The latter is computed here from
 * beta quantiles, because the one in Commons Math 3.6.1 fails where no draw or every draw succeeds.
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
    double share = (double) successes / n;
    return new Estimate.Interval(
        share,
        successes == 0 ? 0 : Math.min(share, i.getLowerBound()),
        successes == n ? 1 : Math.max(share, i.getUpperBound()),
        level,
        "Wilson, " + unit,
        n);
  }

  /**
   * The share of successes with the interval that guarantees its level; refused without draws.
   *
   * @param unit what a draw is, for the name of the method, for example {@code draws}
   */
  public static Estimate clopperPearson(int successes, int n, double level, String unit) {
    if (successes < 0 || successes > n) {
      throw new IllegalArgumentException(successes + " successes of " + n + " " + unit);
    }
    if (n == 0) {
      return new Estimate.Refused("a share needs 1 of the " + unit + "; there are 0", 0);
    }
    double tail = (1 - Finite.probability(level)) / 2;
    double low = successes == 0 ? 0 : beta(successes, n - successes + 1.0, tail);
    double high = successes == n ? 1 : beta(successes + 1.0, n - successes, 1 - tail);
    return new Estimate.Interval(
        (double) successes / n, low, high, level, "Clopper-Pearson, " + unit, n);
  }

  private static double beta(double a, double b, double p) {
    return new BetaDistribution(null, a, b).inverseCumulativeProbability(p);
  }
}
