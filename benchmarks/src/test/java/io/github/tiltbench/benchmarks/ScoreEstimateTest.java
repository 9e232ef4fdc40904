package io.github.tiltbench.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreEstimateTest {
  private static Sample sample(double... values) {
    return new Sample(values, "ops/s");
  }

  /** Student's interval by hand: s / sqrt(n) = 1, t(0.975, 3) = 3.182446. */
  @Test
  void halfWidthIsStudents() {
    double s = 2;
    double d = s * Math.sqrt(3) / 2; // four values at +-d have the standard deviation s
    Sample four = sample(10 - d, 10 + d, 10 - d, 10 + d);
    assertEquals(3.182446, four.halfWidth(), 1e-6);
  }

  @Test
  void intervalsOfRatiosCoverTheTruth() {
    Random random = new Random(1);
    int covered = 0;
    int runs = 2000;
    for (int run = 0; run < runs; run++) {
      Sample above = noisy(random, 300, 0.05, 6);
      Sample below = noisy(random, 100, 0.02, 10);
      ScoreEstimate ratio = ScoreEstimate.ratio(above, below);
      covered += ratio.low() <= 3 && 3 <= ratio.high() ? 1 : 0;
    }
    double error = Math.sqrt(0.95 * 0.05 / runs);
    assertEquals(0.95, covered / (double) runs, 4 * error);
  }

  private static Sample noisy(Random random, double mean, double relative, int n) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> mean * (1 + relative * random.nextGaussian()));
    return sample(values);
  }

  /** What both halves of an iteration share cancels; independent samples would see it as noise. */
  @Test
  void pairsShareTheirMood() {
    Sample above = sample(2, 4, 20);
    Sample below = sample(1, 2, 10);
    ScoreEstimate paired = ScoreEstimate.paired(above, below);
    assertEquals(2, paired.value(), 1e-12);
    assertEquals(2, paired.high(), 1e-9);
    assertTrue(ScoreEstimate.ratio(above, below).high() > 10);
  }

  @Test
  void aShareMayBeNothing() {
    ScoreEstimate share = ScoreEstimate.share(sample(-1, 1), sample(10, 10));
    assertEquals(0, share.value(), 1e-12);
    assertTrue(share.low() < 0 && share.high() > 0);
  }

  @Test
  void exponentOfAPowerIsFound() {
    double[] x = {10, 100, 1000, 10000};
    double[] y = {3, 30, 300, 3000};
    assertEquals(1, ScoreEstimate.exponent(x, y).value(), 1e-9);
    assertEquals(1, ScoreEstimate.explained(x, y), 1e-9);
    double[] square = {1, 100, 10000, 1000000};
    assertEquals(2, ScoreEstimate.exponent(x, square).value(), 1e-9);
  }

  @Test
  void oneIterationHasNoInterval() {
    assertTrue(Double.isNaN(ScoreEstimate.ratio(sample(1), sample(2)).low()));
    assertTrue(Double.isNaN(sample(1).halfWidth()));
  }
}
