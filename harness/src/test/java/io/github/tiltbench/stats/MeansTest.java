package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeansTest {
  private static final Confidence C = Confidence.standard(1);

  private static double[] lognormal(int n, SplittableRandom r) {
    return IntStream.range(0, n).mapToDouble(i -> Math.exp(r.nextGaussian())).toArray();
  }

  private static Estimate.Interval mean(double[]... groups) {
    return Cells.interval(Means.mean(groups, C, "draws"));
  }

  private static Estimate.Interval student(double[]... groups) {
    return Cells.interval(Means.student(groups, 0.95, "draws"));
  }

  /** The third moments by hand: values -1, -1, 2 have the skewness 1 / sqrt 2. */
  @Test
  void skewnessOfTheMean() {
    double[] x = {-1, -1, 2};
    assertEquals(Math.sqrt(0.5) / Math.sqrt(3), Means.skewness(new double[][] {x}), 1e-12);
    assertEquals(
        Math.sqrt(0.5) / Math.sqrt(6), Means.skewness(new double[][] {x, {9, 9, 12}}), 1e-12);
    assertEquals(0, Means.skewness(new double[][] {{1, 1}}));
  }

  @Test
  void skewnessMovesTheLongerEndOnly() {
    double[] x = lognormal(60, new SplittableRandom(2));
    Estimate.Interval t = student(x);
    Estimate.Interval wide = mean(x);
    assertEquals("bootstrap t, draws", wide.method());
    assertEquals(t.low(), wide.low());
    assertTrue(wide.high() - wide.value() > 1.2 * (t.high() - t.value()), wide + " " + t);
    double[] turned = Arrays.stream(x).map(v -> -v).toArray();
    Estimate.Interval other = mean(turned);
    assertEquals(student(turned).high(), other.high());
    assertTrue(other.value() - other.low() > 1.2 * (t.high() - t.value()));
  }

  @Test
  void symmetricValuesAndSmallGroupsKeepStudent() {
    double[] even = IntStream.range(0, 40).mapToDouble(i -> i).toArray();
    assertEquals(student(even), mean(even));
    double[] nine = {0, 0.1, 0.2, 0.1, 0, 0.2, 0.1, 0.3, 9};
    assertEquals(student(nine), mean(nine));
    assertEquals(student(even, nine), mean(even, nine));
  }

  /** One success of 40: a third of the resamples has none, and their t is infinite. */
  @Test
  void rareValuesKeepStudent() {
    double[] rare = new double[40];
    rare[7] = 1;
    assertEquals(student(rare), mean(rare));
  }

  /**
   * Nominal 0.95 for 64 lognormal values, 1000 experiments (standard error 0.7 %). Student's
   * interval covers 0.91.
   */
  @Test
  void simulatedCoverageOfSkewedMeans() {
    SplittableRandom r = new SplittableRandom(4);
    int covered = 0;
    for (int i = 0; i < 1000; i++) {
      Estimate.Interval e =
          Cells.interval(
              Means.mean(new double[][] {lognormal(64, r)}, new Confidence(0.95, 399, i), "draws"));
      covered += e.low() <= Math.exp(0.5) && Math.exp(0.5) <= e.high() ? 1 : 0;
    }
    assertEquals(0.95, covered / 1000.0, 0.021);
  }
}
