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

  /**
   * By hand: values -1, -1, 2 have the second moment 3 and the third 9, unbiased; divided by 3
   * each, 1 and 1/3.
   */
  @Test
  void skewnessOfTheMean() {
    double[] x = {-1, -1, 2};
    assertEquals(1, Means.skewness(new double[][] {x}), 1e-12);
    assertEquals(Math.sqrt(0.5), Means.skewness(new double[][] {x, {9, 9, 12}}), 1e-12);
    assertEquals(0, Means.skewness(new double[][] {{1, 1}}));
    assertEquals(Double.NaN, Means.skewness(new double[][] {x, {1, 2}}));
  }

  /** Those of an exponential law are 2, with the error sqrt(265 / 160,000) = 0.041. */
  @Test
  void skewnessOfSmallGroups() {
    SplittableRandom r = new SplittableRandom(6);
    double[][] groups = new double[40_000][4];
    for (double[] g : groups) {
      Arrays.setAll(g, i -> -Math.log(1 - r.nextDouble()));
    }
    assertEquals(2, Means.skewness(groups) * Math.sqrt(160_000), 4 * 0.041);
  }

  @Test
  void skewnessMovesTheLongerEndOnly() {
    double[] x = lognormal(60, new SplittableRandom(2));
    Estimate.Interval t = student(x);
    Estimate.Interval wide = mean(x);
    assertEquals("bootstrap t, draws; " + Means.SKEWED, wide.method());
    assertEquals(t.low(), wide.low());
    assertTrue(wide.high() - wide.value() > 1.2 * (t.high() - t.value()), wide + " " + t);
    double[] turned = Arrays.stream(x).map(v -> -v).toArray();
    Estimate.Interval other = mean(turned);
    assertEquals(student(turned).high(), other.high());
    assertTrue(other.value() - other.low() > 1.2 * (t.high() - t.value()));
  }

  @Test
  void symmetricValuesAndFewerThanTenKeepStudent() {
    double[] even = IntStream.range(0, 40).mapToDouble(i -> i).toArray();
    assertEquals(student(even), mean(even));
    double[] nine = {0, 0.1, 0.2, 0.1, 0, 0.2, 0.1, 0.3, 9};
    assertEquals(student(nine).noted(Means.SKEWED), mean(nine));
    double[] few = {1, 2, 3, 4};
    assertEquals(student(few).noted(Means.FEW), mean(few));
    double[][] pairs = IntStream.range(0, 15).mapToObj(i -> even).toArray(double[][]::new);
    Arrays.setAll(pairs, i -> new double[] {i, i * i});
    assertEquals(student(pairs).noted(Means.FEW), mean(pairs));
  }

  /** Six prompts of eight draws are corrected as one prompt of 48 is. */
  @Test
  void anyGroupingIsCorrected() {
    SplittableRandom r = new SplittableRandom(9);
    double[][] groups =
        IntStream.range(0, 6).mapToObj(g -> lognormal(8, r)).toArray(double[][]::new);
    Estimate.Interval t = student(groups);
    assertEquals(t.low(), mean(groups).low());
    assertTrue(mean(groups).high() - t.value() > 1.1 * (t.high() - t.value()));
  }

  /** One success of 40: a third of the resamples has none, and their t is infinite. */
  @Test
  void rareValuesKeepStudent() {
    double[] rare = new double[40];
    rare[7] = 1;
    assertEquals(student(rare).noted(Means.SKEWED), mean(rare));
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
