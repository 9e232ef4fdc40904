package io.github.tiltbench.metric.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;

class DiversityTest {
  private static WeightedPoints part(double[]... rows) {
    return new WeightedPoints(rows, equal(rows.length), false);
  }

  private static double[] equal(int n) {
    double[] w = new double[n];
    Arrays.fill(w, 1.0 / n);
    return w;
  }

  private static double cosine(double[] a, double[] b) {
    return Vectors.dot(a, b) / Math.sqrt(Vectors.squares(a) * Vectors.squares(b));
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  private static String refusal(Estimate e) {
    return assertInstanceOf(Estimate.Refused.class, e, e::toString).reason();
  }

  @Test
  void shortcutsEqualDoubleLoopsAlsoUnderWeights() {
    SplittableRandom r = new SplittableRandom(1);
    double[][] x = Gaussians.round(r, 17, 5);
    double[] w = r.doubles(17).toArray();
    double total = Arrays.stream(w).sum();
    Arrays.setAll(w, i -> w[i] / total);
    for (WeightedPoints p : List.of(part(x), new WeightedPoints(x, w, true))) {
      double cosines = 0;
      double squares = 0;
      double pairs = 0;
      for (int i = 0; i < x.length; i++) {
        for (int j = 0; j < i; j++) {
          double weight = p.weights()[i] * p.weights()[j];
          cosines += weight * (1 - cosine(x[i], x[j]));
          squares += weight * Vectors.squaredDistance(x[i], x[j]);
          pairs += weight;
        }
      }
      assertEquals(cosines / pairs, CosineDiversity.of(p), 1e-12);
      assertEquals(squares / pairs, SquaredSpread.of(p), 1e-12);
    }
    double[][] covariance = Symmetric.covariance(x);
    assertEquals(2 * Symmetric.trace(covariance), SquaredSpread.of(part(x)), 1e-12);
  }

  @Test
  void vendiScoresOfKnownSets() {
    double[] e1 = {3, 0, 0, 0};
    double[] e2 = {0, 0.5, 0, 0};
    double[][] orthogonal = {{1, 0, 0}, {0, 2, 0}, {0, 0, 3}};
    for (int q = 1; q <= 2; q++) {
      Vendi vendi = new Vendi(q);
      assertEquals(1, vendi.of(part(e1, e1, e1, e1, e1, e1)), 1e-9);
      assertEquals(3, vendi.of(part(orthogonal)), 1e-9);
      assertEquals(2, vendi.of(part(e1, e2, e1, e2, e1, e2)), 1e-9);
      assertEquals(2, vendi.of(part(e1, e2)), 1e-9);
      // weights 1/4 and 3/4 on two directions: exp of their entropy, one over the sum of squares
      double expected = q == 1 ? Math.exp(0.25 * Math.log(4) - 0.75 * Math.log(0.75)) : 1.6;
      WeightedPoints weighted =
          new WeightedPoints(new double[][] {e1, e2}, new double[] {0.25, 0.75}, true);
      assertEquals(expected, vendi.of(weighted), 1e-9);
    }
  }

  @Test
  void secondOrderVendiIsTheFrobeniusNorm() {
    double[][] x = Gaussians.round(new SplittableRandom(2), 30, 4);
    double squares = 0;
    for (double[] a : x) {
      for (double[] b : x) {
        squares += cosine(a, b) * cosine(a, b);
      }
    }
    assertEquals(900 / squares, new Vendi(2).of(part(x)), 1e-9);
    // fewer points than coordinates take the other matrix
    double[][] few = Gaussians.round(new SplittableRandom(3), 4, 30);
    double[][] kernel = new double[4][4];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        kernel[i][j] = cosine(few[i], few[j]) / 4;
      }
    }
    double[] lambda = Symmetric.eigenvalues(kernel);
    double entropy = Arrays.stream(lambda).map(l -> -l * Math.log(l)).sum();
    assertEquals(Math.exp(entropy), new Vendi(1).of(part(few)), 1e-9);
  }

  @Test
  void entropyGrowsByLogScaleADirection() {
    double[][] x = Gaussians.rows(new SplittableRandom(4), 50, 1, 2, 3, 0.5, 0.1);
    double[][] scaled =
        Arrays.stream(x)
            .map(row -> Arrays.stream(row).map(v -> 7 * v).toArray())
            .toArray(double[][]::new);
    FeatureEntropy three = new FeatureEntropy(3);
    assertEquals(three.of(part(x)) + 3 * Math.log(7), three.of(part(scaled)), 1e-9);
    // the leading directions, not the first ones: those with deviations 3, 2 and 1
    double expected = 1.5 * Math.log(2 * Math.PI * Math.E) + Math.log(6);
    assertEquals(expected, three.of(part(x)), 0.6);
  }

  @Test
  void fewPointsInManyDirectionsHaveTheSameEigenvalues() {
    double[][] x = Gaussians.round(new SplittableRandom(9), 6, 20);
    double[] wide = Symmetric.eigenvalues(Symmetric.covariance(x));
    double[] few = Symmetric.principal(x);
    for (int k = 0; k < 5; k++) {
      assertEquals(wide[k], few[k], 1e-12);
    }
  }

  @Test
  void entropyHasTheBiasThatIsKnownForGaussians() {
    int p = 5;
    int n = 40;
    double bias = 0;
    for (int i = 1; i <= p; i++) {
      bias += 0.5 * (Gamma.digamma((n - i) / 2.0) + Math.log(2.0 / (n - 1)));
    }
    assertEquals(-0.2017, bias, 5e-5);
    double truth = p / 2.0 * Math.log(2 * Math.PI * Math.E);
    SplittableRandom r = new SplittableRandom(5);
    double[] values =
        IntStream.range(0, 4000)
            .mapToDouble(i -> new FeatureEntropy(15).of(part(Gaussians.round(r, n, p))))
            .toArray();
    Gaussians.assertMean(truth + bias, values, "entropy");
  }

  @Test
  void intervalsAreOverTrials() {
    SplittableRandom r = new SplittableRandom(6);
    int hits = 0;
    for (int k = 0; k < 400; k++) {
      // samples of a trial share a centre of their own: variance 1 + 1 a coordinate over trials
      double[][] rows = Gaussians.round(r, 60, 2);
      for (int t = 0; t < 12; t++) {
        double[] centre = {r.nextGaussian(), r.nextGaussian()};
        for (int i = 5 * t; i < 5 * t + 5; i++) {
          rows[i][0] += centre[0];
          rows[i][1] += centre[1];
        }
      }
      Estimate.Interval e = interval(new SquaredSpread().estimate(Gaussians.cloud(rows, 12), 0.95));
      assertEquals("jackknife of 12 groups, trials", e.method());
      assertEquals(12, e.n());
      // pairs of one trial are at distance 4, of two trials at 8: 4/59 of all pairs are of one
      double truth = 8 - 4 * 4.0 / 59;
      hits += e.low() <= truth && truth <= e.high() ? 1 : 0;
    }
    assertTrue(hits >= 400 * 0.95 - 4 * Math.sqrt(400 * 0.95 * 0.05), "covered " + hits);
  }

  /**
   * Eleven samples that are nearly one, and one that is not: what a chain that collapsed leaves.
   */
  @Test
  void intervalsEndWhereSuchNumbersDo() {
    double[][] rows = new double[12][];
    Arrays.setAll(rows, i -> i == 0 ? new double[] {3, 3} : new double[] {1, 0.001 * i});
    Cloud collapsed = new Cloud(List.of(Points.of("a", rows)), true);
    assertEquals(0, interval(new SquaredSpread().estimate(collapsed, 0.95)).low());
    assertEquals(0, interval(new CosineDiversity().estimate(collapsed, 0.95)).low());
    assertEquals(1, interval(new Vendi(1).estimate(collapsed, 0.95)).low());
    assertEquals(1, interval(new Vendi(2).estimate(collapsed, 0.95)).low());
  }

  @Test
  void promptsCountAlikeAndDrawsAreUnitsOfTheirOwn() {
    SplittableRandom r = new SplittableRandom(7);
    double[][] narrow = Gaussians.rows(r, 40, 1, 1);
    double[][] wide = Gaussians.rows(r, 40, 3, 3);
    Cloud both = new Cloud(List.of(Points.of("a", narrow), Points.of("b", wide)), true);
    Estimate.Interval e = interval(new SquaredSpread().estimate(both, 0.95));
    assertEquals(
        (SquaredSpread.of(part(narrow)) + SquaredSpread.of(part(wide))) / 2, e.value(), 1e-12);
    assertEquals("jackknife of 20 groups, draws in fixed prompts", e.method());
    assertEquals(80, e.n());
  }

  @Test
  void whatSamplesCannotCarryIsRefused() {
    double[][] x = Gaussians.round(new SplittableRandom(8), 32, 4);
    assertEquals(
        "a jackknife needs 5 groups of trials; there are 4",
        refusal(new CosineDiversity().estimate(Gaussians.cloud(x, 4), 0.95)));
    assertEquals(
        "a Vendi score needs 10 samples a prompt; one has 8",
        refusal(new Vendi(1).estimate(Gaussians.cloud(Arrays.copyOf(x, 8), 8), 0.95)));
    double[][] flat = new double[32][4];
    assertEquals(
        "not defined on these samples",
        refusal(new CosineDiversity().estimate(Gaussians.cloud(flat, 8), 0.95)));
    List<Points> weighted =
        IntStream.range(0, 8)
            .mapToObj(
                t ->
                    new Points(
                        "-", Arrays.copyOfRange(x, 4 * t, 4 * t + 4), new double[] {0, 1, 2, 3}))
            .toList();
    assertEquals(
        "the entropy of features has no weighted form",
        refusal(new FeatureEntropy(2).estimate(new Cloud(weighted, false), 0.95)));
    interval(new Vendi(2).estimate(new Cloud(weighted, false), 0.95));
    assertEquals(
        "the entropy along 4 directions needs more samples a prompt than there are",
        refusal(new FeatureEntropy(15).estimate(Gaussians.cloud(Arrays.copyOf(x, 5), 5), 0.95)));
  }

  /**
   * Points of more coordinates than a covariance could have: 100,000, as those of token one-hots.
   */
  @Test
  void eigenvaluesOfFewPointsInVeryManyDimensions() {
    double[][] rows = new double[3][100_000];
    rows[1][7] = 2;
    rows[2][99_999] = 4;
    double[] lambda = Symmetric.principal(rows);
    assertEquals(3, lambda.length);
    assertEquals((4 * 2 / 3.0 + 16 * 2 / 3.0) / 2, lambda[0] + lambda[1] + lambda[2], 1e-9);
    assertEquals(0, lambda[2], 1e-9);
  }
}
