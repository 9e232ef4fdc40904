package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionsTest {
  @ParameterizedTest
  @CsvSource({
    "8, 10, 0.4439045377, 0.9747892737",
    "0, 10, 0, 0.3084971078",
    "10, 10, 0.6915028922, 1",
    "3, 47, 0.0133617695, 0.1753924300",
  })
  void clopperPearson(int successes, int n, double low, double high) {
    Estimate.Interval e = Cells.interval(Proportions.clopperPearson(successes, n, 0.95, "draws"));
    assertEquals(low, e.low(), 1e-8);
    assertEquals(high, e.high(), 1e-8);
    assertEquals((double) successes / n, e.value());
  }

  /** Ends are 0 and 1 themselves where nothing or everything succeeds, and never pass the share. */
  @Test
  void endsOfWilsonAreExact() {
    for (int n = 10; n <= 300; n++) {
      for (int k = 0; k <= n; k++) {
        Estimate.Interval e = Cells.interval(Proportions.wilson(k, n, 0.95, "draws"));
        assertTrue(e.low() <= e.value() && e.value() <= e.high(), e.toString());
        assertEquals(k == 0, e.low() == 0, e.toString());
        assertEquals(k == n, e.high() == 1, e.toString());
      }
    }
  }

  /** The guarantee itself, summed over all outcomes: Wilson's interval breaks it at some shares. */
  @Test
  void coversEveryShare() {
    double worst = 1;
    for (int i = 1; i < 200; i++) {
      worst = Math.min(worst, coverage(20, i / 200.0));
    }
    assertTrue(worst >= 0.95, "covers " + worst);
  }

  private static double coverage(int n, double share) {
    BinomialDistribution law = new BinomialDistribution(null, n, share);
    double covered = 0;
    for (int k = 0; k <= n; k++) {
      Estimate.Interval e = Cells.interval(Proportions.clopperPearson(k, n, 0.95, "draws"));
      covered += e.low() <= share && share <= e.high() ? law.probability(k) : 0;
    }
    return covered;
  }

  @Test
  void nothingIsRefusedAndTooManyIsAnError() {
    assertEquals(
        "a share needs 1 of the draws; there are 0",
        Cells.refusal(Proportions.clopperPearson(0, 0, 0.95, "draws")));
    assertThrows(
        IllegalArgumentException.class, () -> Proportions.clopperPearson(4, 3, 0.95, "draws"));
  }
}
