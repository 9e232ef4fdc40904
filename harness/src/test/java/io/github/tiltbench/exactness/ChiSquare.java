package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Pearson's test of counts against a law. */
final class ChiSquare {
  /** The upper 1e-3 quantile of the normal law. */
  private static final double MOST = 3.0902;

  private static final double ENOUGH = 5;

  private ChiSquare() {}

  /** The quantile of the statistic as that of a normal one (Wilson and Hilferty 1931). */
  static double deviation(long[] counts, double[] law) {
    long n = 0;
    for (long count : counts) {
      n += count;
    }
    double statistic = 0;
    int cells = 0;
    double rareExpected = 0;
    double rare = 0;
    for (int i = 0; i < law.length; i++) {
      if (n * law[i] < ENOUGH) {
        rareExpected += n * law[i];
        rare += counts[i];
      } else {
        cells++;
        statistic += (counts[i] - n * law[i]) * (counts[i] - n * law[i]) / (n * law[i]);
      }
    }
    if (rareExpected >= ENOUGH) {
      cells++;
      statistic += (rare - rareExpected) * (rare - rareExpected) / rareExpected;
    } else {
      assertEquals(rareExpected, rare, ENOUGH + 4 * Math.sqrt(rareExpected), "rare outcomes");
    }
    double freedom = cells - 1;
    double spread = 2 / (9 * freedom);
    return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
  }

  /** Fails if the counts have a p-value under 1e-3. */
  static void assertLaw(long[] counts, double[] law) {
    double deviation = deviation(counts, law);
    assertTrue(deviation < MOST, () -> "deviates by " + deviation + " standard errors");
  }
}
