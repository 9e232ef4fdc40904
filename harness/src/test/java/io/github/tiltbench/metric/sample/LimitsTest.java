package io.github.tiltbench.metric.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.special.Gamma;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Test;

class LimitsTest {
  /** Class probabilities with Dirichlet's law of parameters 0.2 in 10 classes. */
  private static double[][] probabilities(SplittableRandom r, int n) {
    GammaDistribution gamma = new GammaDistribution(null, 0.2, 1);
    return IntStream.range(0, n)
        .mapToObj(
            i -> {
              double[] g = r.doubles(10).map(u -> gamma.inverseCumulativeProbability(u)).toArray();
              double sum = Arrays.stream(g).sum();
              return Arrays.stream(g).map(v -> v / sum).toArray();
            })
        .toArray(double[][]::new);
  }

  /**
   * The mean entropy under Dirichlet's law is psi(3) - psi(1.2), that of the mean law ln 10. The
   * line uses parts of 100 to 800 samples.
   */
  @Test
  void theClassScoreOfEndlessSamples() {
    SplittableRandom r = new SplittableRandom(3);
    int sets = 20;
    double[] limits = new double[sets];
    for (int s = 0; s < sets; s++) {
      limits[s] = Math.exp(ClassScoreLimit.line(probabilities(r, 800)).getIntercept());
    }
    double mean = Arrays.stream(limits).average().orElseThrow();
    double variance =
        Arrays.stream(limits).map(v -> (v - mean) * (v - mean)).sum() / (sets - 1) / sets;
    double truth = Math.exp(Math.log(10) - Gamma.digamma(3) + Gamma.digamma(1.2));
    assertEquals(truth, mean, 4 * Math.sqrt(variance));
    assertTrue(4 * Math.sqrt(variance) < 0.15, "the tolerance means something");
  }

  @Test
  void aBiasOfTheOrderOfOneOverNIsTakenAwayWhole() {
    SimpleRegression line =
        Extrapolation.line(new double[400][1], 40, part -> 5 + 3.0 / part.length);
    assertEquals(5, line.getIntercept(), 1e-9);
    assertEquals(3, line.getSlope(), 1e-6);
    assertEquals(10, line.getN());
    assertTrue(Extrapolation.straight(line, false) && !Extrapolation.straight(line, true));
  }

  /** Certain predictions, evenly of 50 classes: the score of endless samples is 50. */
  @Test
  void theLimitIsTheExponentialOfTheIntercept() {
    SplittableRandom r = new SplittableRandom(4);
    double[][] p = new double[2000][50];
    Arrays.stream(p).forEach(row -> row[r.nextInt(50)] = 1);
    Estimate e = new ClassScoreLimit().estimate(draws(p), 0.95);
    Estimate.Interval limit = assertInstanceOf(Estimate.Interval.class, e, e::toString);
    assertEquals(Math.exp(ClassScoreLimit.line(p).getIntercept()), limit.value(), 1e-9);
    assertEquals(50, limit.value(), 1.5);
  }

  @Test
  void tooFewSamplesForALimit() {
    double[][] p = probabilities(new SplittableRandom(1), 190);
    Estimate e = new ClassScoreLimit().estimate(Gaussians.cloud(p, 1), 0.95);
    assertEquals(
        "a class score needs 200 samples, 20 a class; there are 190",
        assertInstanceOf(Estimate.Refused.class, e).reason());
  }

  private static Cloud draws(double[][] rows) {
    return new Cloud(List.of(Points.of("-", rows)), true);
  }

  /** Under equality p is uniform: the mean over 60 data sets is 1/2 within 4 errors of 0.29/8. */
  @Test
  void pIsUniformUnderEqualityAndSmallUnderAShift() {
    SplittableRandom r = new SplittableRandom(7);
    double sum = 0;
    for (int s = 0; s < 60; s++) {
      Reference reference = Gaussians.reference(Gaussians.rows(r, 60, 1, 1, 1));
      Estimate e =
          new KernelPermutations().estimate(draws(Gaussians.rows(r, 60, 1, 1, 1)), reference, 0.95);
      Estimate.Interval p = assertInstanceOf(Estimate.Interval.class, e);
      assertTrue(p.low() <= p.value() && p.value() <= p.high());
      sum += p.value() / 60;
    }
    assertEquals(0.5, sum, 4 * Math.sqrt(1 / 12.0 / 60));
    double[][] shifted = Gaussians.rows(r, 60, 1, 1, 1);
    Arrays.stream(shifted).forEach(x -> x[0] += 2);
    Estimate e =
        new KernelPermutations()
            .estimate(draws(shifted), Gaussians.reference(Gaussians.rows(r, 60, 1, 1, 1)), 0.95);
    assertEquals(0.001, assertInstanceOf(Estimate.Interval.class, e).value(), 1e-12);
  }

  @Test
  void theStatisticIsTheKernelDistance() {
    SplittableRandom r = new SplittableRandom(9);
    double[][] x = Gaussians.rows(r, 50, 1, 1);
    double[][] y = Gaussians.rows(r, 70, 2, 1);
    double[][] all = new double[120][];
    System.arraycopy(x, 0, all, 0, 50);
    System.arraycopy(y, 0, all, 50, 70);
    double[][] k = new double[120][120];
    for (int i = 0; i < 120; i++) {
      for (int j = 0; j < i; j++) {
        k[i][j] = Math.pow(Vectors.dot(all[i], all[j]) / 2 + 1, 3);
      }
    }
    assertEquals(
        new KernelDistance(KernelDistance.Kernel.CUBIC).of(x, Gaussians.reference(y)),
        KernelPermutations.distance(k, IntStream.range(0, 120).toArray(), 50),
        1e-9);
  }

  @Test
  void populationsCannotBeDealtAnew() {
    SplittableRandom r = new SplittableRandom(9);
    Reference reference = Gaussians.reference(Gaussians.rows(r, 60, 1, 1));
    Estimate e =
        new KernelPermutations()
            .estimate(Gaussians.cloud(Gaussians.rows(r, 60, 1, 1), 6), reference, 0.95);
    assertEquals(
        "samples that share ancestors cannot be dealt anew to both sides",
        assertInstanceOf(Estimate.Refused.class, e).reason());
  }
}
