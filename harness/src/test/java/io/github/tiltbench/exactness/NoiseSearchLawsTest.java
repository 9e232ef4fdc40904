package io.github.tiltbench.exactness;

import static io.github.tiltbench.exactness.NoiseSearchTest.data;
import static io.github.tiltbench.exactness.NoiseSearchTest.lab;
import static io.github.tiltbench.exactness.NoiseSearchTest.linear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.algorithm.search.Neighbourhood;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.RandomSearch;
import io.github.tiltbench.algorithm.search.SearchOverPaths;
import io.github.tiltbench.algorithm.search.SearchOverPaths.Estimate;
import io.github.tiltbench.algorithm.search.ZeroOrder;
import io.github.tiltbench.algorithm.search.ZeroOrder.OnStall;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What searches over noise promise whatever the reward, and the laws of what they find. */
class NoiseSearchLawsTest {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private static RandomSearch random(int n) {
    return new RandomSearch(n, OptionalInt.empty());
  }

  private static ZeroOrder zeroOrder(int neighbours, int iterations, Neighbourhood near) {
    return new ZeroOrder(
        neighbours, iterations, near, 0.95, OnStall.CONTINUE, true, OptionalInt.empty());
  }

  private static double factor(Lab lab) {
    double[] z = new double[1];
    Lab.seed(0).noise(Purpose.PRIOR, lab.process().steps()).normals(0, z, 0, 1);
    return data(lab.run(new Pretrained(), 1, Budget.UNLIMITED, 0))[0] / z[0];
  }

  /**
   * The best of K by its probability among single draws: uniform scores have the mean K / (K + 1),
   * which is also the chance to beat another draw, exponential ones the harmonic number of K, and
   * the divergence from a single draw is ln K - (K - 1) / K.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 16})
  void theBestOfManyHasTheLawOfOrderStatistics(int k) {
    Lab lab = linear(1, 3);
    double factor = factor(lab);
    SampleMoments uniform = new SampleMoments();
    SampleMoments exponential = new SampleMoments();
    SampleMoments divergence = new SampleMoments();
    for (double x : data(lab.run(random(k), 4_000, Budget.UNLIMITED, 1))) {
      double u = NORMAL.cumulativeProbability(x / factor);
      uniform.add(u);
      exponential.add(-Math.log1p(-u));
      divergence.add(Math.log(k) + (k - 1) * Math.log(u));
    }
    uniform.assertMean(k / (k + 1.0), 4, "uniform scores");
    double harmonic = IntStream.rangeClosed(1, k).mapToDouble(i -> 1.0 / i).sum();
    exponential.assertMean(harmonic, 4, "exponential scores");
    divergence.assertMean(Math.log(k) - (k - 1.0) / k, 4, "divergence");
  }

  /** States of the mixture at one level, noised on to another, are its states there. */
  @ParameterizedTest
  @CsvSource({"0, 4, 9", "1, 3, 4", "0, 1, 20"})
  void noisingOnFromALevelGivesTheLawOfTheNext(int from, int middle, int to) {
    GaussianProcess chain =
        GaussianExactnessTest.ddim(20, 0).over(new StateSpace.Euclidean(new int[] {1}));
    int n = 4_000;
    double[] clean = new double[n];
    double[] u = new double[n];
    Lab.seed(1).noise(Purpose.PRIOR, 1).normals(n, clean);
    Lab.seed(1).noise(Purpose.SELECT, 1).uniforms(n, u);
    Arrays.setAll(clean, i -> u[i] < 0.3 ? -2 + 0.5 * clean[i] : 1.5 + 0.8 * clean[i]);
    Batch x = new Batch.Reals(clean, new int[] {1});
    if (from > 0) {
      x = chain.renoise(x, 0, from, Lab.seed(2).noise(Purpose.RENOISE, from));
    }
    x = chain.renoise(x, from, middle, Lab.seed(3).noise(Purpose.RENOISE, middle));
    x = chain.renoise(x, middle, to, Lab.seed(4).noise(Purpose.RENOISE, to));
    double signal = chain.signal(to);
    double noise = chain.noise(to);
    double[] place =
        Arrays.stream(((Batch.Reals) x).data())
            .map(
                v ->
                    0.3 * below(v, -2 * signal, Math.hypot(0.5 * signal, noise))
                        + 0.7 * below(v, 1.5 * signal, Math.hypot(0.8 * signal, noise)))
            .toArray();
    double p =
        new KolmogorovSmirnovTest()
            .kolmogorovSmirnovTest(new UniformRealDistribution(null, 0, 1), place);
    assertTrue(p > 1e-3, "p " + p);
  }

  private static double below(double x, double mean, double deviation) {
    return NORMAL.cumulativeProbability((x - mean) / deviation);
  }

  /** Along a random direction and across it, by Kolmogorov and Smirnov at one in a thousand. */
  @ParameterizedTest
  @EnumSource(
      value = Neighbourhood.class,
      names = {"SPHERE", "AR1"})
  void unselectedNeighboursOfNormalNoiseAreNormalNoise(Neighbourhood near) {
    int d = 6;
    int moves = 9;
    int[] calls = {0};
    Verifier latest =
        (clean, condition) -> {
          double[] score = new double[clean.size()];
          Arrays.fill(score, ++calls[0]);
          return score;
        };
    Lab lab = lab(d, 1, latest);
    double factor = factor(lab);
    double[] found = data(lab.run(zeroOrder(1, moves, near), 3_000, Budget.UNLIMITED, 4));
    double[][] directions = {{0.6, 0, -0.8, 0, 0, 0}, {0.5, 0.5, 0.5, 0.5, 0, 0}};
    for (double[] direction : directions) {
      double[] along = new double[3_000];
      for (int i = 0; i < found.length; i++) {
        along[i / d] += direction[i % d] * found[i] / factor;
      }
      double p = new KolmogorovSmirnovTest().kolmogorovSmirnovTest(NORMAL, along);
      assertTrue(p > 1e-3, near + " p " + p);
    }
  }

  /** By the formulas of the paper, per trial, at numbers that divide nothing. */
  @Test
  void searchesAskForAsMuchAsTheirFormulasSay() {
    List<Integer> sizes = new ArrayList<>();
    Lab lab =
        lab(
            2,
            40,
            (clean, condition) -> {
              sizes.add(clean.size());
              return new double[clean.size()];
            });
    assertCost(lab, random(7), 7 * 40, 7);
    assertEquals(List.of(7 * 3), sizes);
    sizes.clear();
    assertCost(lab, zeroOrder(3, 5, Neighbourhood.SPHERE), (1 + 5 * 3) * 40, 1 + 5 * 3);
    assertEquals(List.of(3, 9, 9, 9, 9, 9), sizes, "a pivot is never scored again");
    sizes.clear();
    ZeroOrder few =
        new ZeroOrder(3, 5, Neighbourhood.SPHERE, 0.95, OnStall.CONTINUE, true, OptionalInt.of(7));
    lab.run(few, 3, Budget.UNLIMITED, 0);
    assertEquals(
        3 * ((1 + 5 * 3) * 7 + 40) + 8 * (7 + 40),
        few.cost(lab.problem(3, Budget.UNLIMITED)).nfe());
    sizes.clear();
    // levels 2, 27, 2, 25, 2, 23, 1, 22, 0: 38 above the first
    SearchOverPaths paths = new SearchOverPaths(2, 5, 9, 0.11, 0.78, 0.81, Estimate.LAST);
    assertCost(lab, paths, 2 * 38 + 4 * 2 * 5 * 9, 4 * 2 * 5);
    assertEquals(List.of(30, 30, 30, 30), sizes, "ten children a round");
    SearchOverPaths fresh = new SearchOverPaths(2, 5, 9, 0.11, 0.78, 0.81, Estimate.FRESH);
    assertCost(lab, fresh, 2 * 38 + 4 * 2 * 5 * 9 + 3 * 2 * 5, 4 * 2 * 5);
  }

  private static void assertCost(Lab lab, Algorithm search, long nfe, long rewards) {
    lab.run(search, 3, Budget.UNLIMITED, 0);
    assertEquals(
        Cost.of(3 * nfe, 3 * nfe, 3 * rewards), search.cost(lab.problem(3, Budget.UNLIMITED)));
  }

  /** Not the lowest score, but the end of the trial. */
  @Test
  void aScoreThatIsNoNumberPoisonsTheSearch() {
    Verifier poisoned =
        (clean, condition) -> {
          double[] score = ((Batch.Reals) clean).data().clone();
          score[score.length - 1] = Double.NaN;
          return score;
        };
    Lab line = lab(1, 40, poisoned);
    for (Algorithm search :
        List.of(
            random(6),
            zeroOrder(2, 3, Neighbourhood.AR1),
            new SearchOverPaths(2, 3, 4, 0.11, 0.78, 0.81, Estimate.LAST))) {
      VerifierFailure failure =
          assertThrows(
              VerifierFailure.class,
              () -> line.run(search, 1, Budget.UNLIMITED, 0),
              search::toString);
      assertTrue(failure.getMessage().contains("NaN"), failure.getMessage());
    }
  }

  /** The winner is one of the noises of its address, solved again by itself. */
  @Test
  void aWinnerIsMadeAgainFromItsAddress() {
    Lab lab = linear(3, 6);
    double[] found = data(lab.run(random(5), 4, Budget.UNLIMITED, 2));
    Noise noise = Lab.seed(2).noise(Purpose.PRIOR, 6).branched(5);
    double factor = factor(lab);
    for (int sample = 0; sample < 4; sample++) {
      double[] best = null;
      for (int k = 0; k < 5; k++) {
        double[] z = new double[3];
        noise.normals(5 * sample + k, z, 0, 3);
        best = best == null || z[0] > best[0] ? z : best;
      }
      Batch.Reals x = new Batch.Reals(best, new int[] {3});
      for (int level = 6; level > 0; level--) {
        Condition[] none = {Condition.NONE};
        Prediction prediction = lab.denoiser().denoise(x, new int[] {level}, none);
        x = (Batch.Reals) lab.process().law(x, level, prediction).sample(noise);
      }
      assertArrayEquals(x.data(), Arrays.copyOfRange(found, 3 * sample, 3 * sample + 3));
      assertEquals(factor * best[0], x.data()[0], 1e-9);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "-0.5", "NaN"})
  void cosinesThatAreNoneAreRefused(double cosine) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new ZeroOrder(
                    2, 0, Neighbourhood.SPHERE, cosine, OnStall.STOP, true, OptionalInt.empty()));
    assertEquals("cosine must be above 0 and below 1", refused.getMessage());
  }

  /** No level above that which survivors come from, or one level for a child's whole solve. */
  @ParameterizedTest
  @CsvSource({"4, 0.11, 0.05, 0.81", "40, 0.11, 0.001, 0.81", "2, 0.11, 0.78, 0.81"})
  void roundsThatAChainHasNoLevelsForAreANamedSkip(
      int steps, double start, double forward, double backward) {
    SearchOverPaths paths = new SearchOverPaths(2, 3, 2, start, forward, backward, Estimate.LAST);
    Support support = paths.supports(linear(2, steps).problem(1, Budget.UNLIMITED));
    assertTrue(((Support.No) support).reason().contains("too few levels"));
  }
}
