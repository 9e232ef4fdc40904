package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderStatisticsTest {

  @ParameterizedTest
  @CsvSource({
    "20, 0.5, 6, 15, 0.9586", "36, 0.5, 12, 25, 0.9712", "50, 0.5, 18, 33, 0.9672",
    "64, 0.5, 24, 41, 0.96723", "100, 0.5, 40, 61, 0.9648", "121, 0.5, 50, 72, 0.9549",
    "200, 0.5, 86, 115, 0.9600", "512, 0.5, 234, 279, 0.9534", "1000, 0.5, 469, 532, 0.9537",
    "36, 0.9, 29, 36, 0.9540", "50, 0.9, 41, 50, 0.9703", "64, 0.9, 53, 63, 0.96681",
    "100, 0.9, 84, 96, 0.9557", "121, 0.9, 102, 116, 0.9678", "200, 0.9, 171, 189, 0.9669",
    "512, 0.9, 447, 475, 0.9613", "1000, 0.9, 881, 919, 0.9549", "100, 0.95, 90, 100, 0.9826",
    "121, 0.95, 110, 120, 0.9668", "200, 0.95, 184, 197, 0.9672", "512, 0.95, 476, 497, 0.9676",
    "1000, 0.95, 936, 964, 0.9581",
  })
  void ranks(int n, double p, int lower, int upper, double coverage) {
    OrderStatistics.Ranks ranks = OrderStatistics.ranks(n, p, 0.95).orElseThrow();
    assertEquals(lower, ranks.lower());
    assertEquals(upper, ranks.upper());
    assertEquals(coverage, ranks.coverage(), n == 64 ? 5e-6 : 5e-5);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 6", "0.75, 13", "0.9, 36", "0.95, 72", "0.99, 368", "0.1, 36"})
  void smallestNumberOfDraws(double p, int n) {
    assertEquals(n, OrderStatistics.minimum(p, 0.95));
    assertTrue(OrderStatistics.ranks(n, p, 0.95).isPresent());
    assertEquals(Optional.empty(), OrderStatistics.ranks(n - 1, p, 0.95));
  }

  @Test
  void infiniteEndsAreRefused() {
    Estimate e = OrderStatistics.quantile(new double[35], 0.9, 0.95, "draws");
    Estimate.Refused refused = assertInstanceOf(Estimate.Refused.class, e);
    assertEquals("95 % interval of quantile 0.9 needs 36 draws; there are 35", refused.reason());
  }

  /** 2000 samples of 64 lognormal draws: nominal 0.9668, standard error 0.004, so +-3 of them. */
  @Test
  void simulatedCoverage() {
    SplittableRandom random = new SplittableRandom(20261121);
    double truth = Math.exp(1.2815515655446004);
    int covered = 0;
    for (int i = 0; i < 2000; i++) {
      double[] x = new double[64];
      for (int k = 0; k < x.length; k++) {
        x[k] = Math.exp(random.nextGaussian());
      }
      var e = (Estimate.Interval) OrderStatistics.quantile(x, 0.9, 0.95, "draws");
      covered += e.low() <= truth && truth <= e.high() ? 1 : 0;
      assertTrue(e.low() <= e.value() && e.value() <= e.high());
    }
    assertTrue(covered >= 0.955 * 2000 && covered <= 0.979 * 2000, "covered " + covered);
  }

  @Test
  void farOutliersDoNotPullTheEstimateOutOfItsInterval() {
    double[] x = new double[100];
    for (int i = 0; i < x.length; i++) {
      x[i] = i < 96 ? i : 1e9;
    }
    var e = (Estimate.Interval) OrderStatistics.quantile(x, 0.9, 0.95, "draws");
    assertTrue(HarrellDavis.quantile(x, 0.9) > e.high());
    assertEquals(Quantiles.type8(x, 0.9), e.value());
  }
}
