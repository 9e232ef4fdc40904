package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Values computed once, outside this code, for these twelve numbers. */
class GoldenQuantilesTest {
  static final double[] DATA = {1.2, 3.4, 2.2, 5.9, 4.4, 0.7, 8.1, 6.3, 2.9, 3.8, 7.7, 5.0};

  @Test
  void classicalTypes() {
    assertEquals(7.98, Quantiles.type6(DATA, 0.9), 1e-12);
    assertEquals(7.56, Quantiles.type7(DATA, 0.9), 1e-12);
    assertEquals(7.87333, Quantiles.type8(DATA, 0.9), 1e-5);
  }

  @Test
  void harrellDavis() {
    assertEquals(4.1928826781, HarrellDavis.quantile(DATA, 0.5), 1e-10);
    assertEquals(7.6160390287, HarrellDavis.quantile(DATA, 0.9), 1e-10);
  }

  @Test
  void bcaAcceleration() {
    assertEquals(0.0057612254, Bca.acceleration(DATA, GoldenQuantilesTest::mean), 1e-10);
  }

  @Test
  void bcaIntervals() {
    Confidence c = Confidence.standard(7);
    var mean = (Estimate.Interval) Bca.interval(DATA, GoldenQuantilesTest::mean, c, "values");
    assertEquals(3.04, mean.low(), 0.04);
    assertEquals(5.63, mean.high(), 0.04);
    var median = (Estimate.Interval) Bca.interval(DATA, x -> Quantiles.type7(x, 0.5), c, "values");
    assertEquals(2.55, median.low(), 0.06);
    assertEquals(6.10, median.high(), 0.06);
  }

  /** Positive skewness moves both ends of the mean's interval up against the percentile ends. */
  @Test
  void bcaFollowsTheSkewness() {
    double[] skewed = Arrays.stream(DATA).map(Math::exp).toArray();
    Confidence c = Confidence.standard(7);
    var bca = (Estimate.Interval) Bca.interval(skewed, GoldenQuantilesTest::mean, c, "values");
    double[] stars = Bootstrap.replicates(c, r -> mean(Bootstrap.resample(skewed, r)));
    var plain =
        (Estimate.Interval) Bootstrap.percentile(mean(skewed), stars, c, 1.959964, "plain", 12);
    assertEquals(plain.value(), bca.value());
    assertTrue(bca.low() > plain.low() * 1.1);
    assertTrue(bca.high() > plain.high() * 1.1);
  }

  @Test
  void intervalsAreInOrderAndFinite() {
    assertThrows(
        IllegalArgumentException.class, () -> new Estimate.Interval(1, 2, 0, 0.95, "t", 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Estimate.Interval(1, 0, Double.POSITIVE_INFINITY, 0.95, "t", 3));
  }

  @Test
  void wilson() {
    var e = (Estimate.Interval) Proportions.wilson(8, 10, 0.95, "draws");
    assertEquals(0.8, e.value());
    assertEquals(0.4902, e.low(), 5e-5);
    assertEquals(0.9433, e.high(), 5e-5);
    var all = (Estimate.Interval) Proportions.wilson(64, 64, 0.95, "draws");
    assertEquals(1, all.high());
    assertEquals(0.9434, all.low(), 5e-5);
    assertEquals(
        new Estimate.Refused("a share needs 10 draws; there are 9", 9),
        Proportions.wilson(9, 9, 0.95, "draws"));
  }

  @Test
  void weightsOfHarrellDavis() {
    double[] w = new double[DATA.length];
    Arrays.fill(w, 0.3);
    assertEquals(
        HarrellDavis.quantile(DATA, 0.9), HarrellDavis.quantile(DATA, w, 0.9), 1e-12, "scale");
    double[] more = Arrays.copyOf(DATA, 14);
    more[12] = 1e9;
    more[13] = -1e9;
    assertEquals(
        HarrellDavis.quantile(DATA, 0.9),
        HarrellDavis.quantile(more, Arrays.copyOf(w, 14), 0.9),
        1e-12,
        "weight zero");
    double[] one = new double[DATA.length];
    one[3] = 1;
    assertEquals(5.9, HarrellDavis.quantile(DATA, one, 0.5), 1e-12, "one value has it all");
  }

  @Test
  void nonFiniteInputIsAnError() {
    double[] bad = {1, Double.NaN, 3};
    assertThrows(IllegalArgumentException.class, () -> Quantiles.type8(bad, 0.5));
    assertThrows(IllegalArgumentException.class, () -> HarrellDavis.quantile(bad, 0.5));
    assertThrows(IllegalArgumentException.class, () -> WeightedDraws.of(bad));
    assertThrows(IllegalArgumentException.class, () -> Means.student(bad, 0.95, "values"));
    assertThrows(
        IllegalArgumentException.class, () -> OrderStatistics.quantile(bad, 0.5, 0.95, "draws"));
    assertThrows(IllegalArgumentException.class, () -> Quantiles.type7(new double[0], 0.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> WeightedDraws.weighted(new double[] {1, 2}, new double[] {3, -1}));
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }
}
