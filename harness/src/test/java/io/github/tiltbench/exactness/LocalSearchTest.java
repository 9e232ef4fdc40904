package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.guidance.Dps;
import io.github.tiltbench.algorithm.guidance.LocalSearch;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Quadratic;
import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guidance that is repeated at every level, path by path on a chain of affine steps. */
class LocalSearchTest {
  private static final double BETA = 0.5;
  private static final double CENTER = 2;
  private static final double PRECISION = 1.5;

  private static Lab lab(int steps, double eta) {
    Lab plain = G10.lab(steps, eta);
    Quadratic reward = new Quadratic(new double[] {CENTER}, PRECISION);
    return new Lab(plain.denoiser(), plain.process(), reward, BETA);
  }

  /** The numbers of a step: clean estimate a x + d, state below c + g x + sigma z. */
  private record Step(double a, double d, double c, double g, double sigma) {
    static Step at(GaussianProcess process, double eta, int level) {
      double now = process.alphaBar(level);
      double below = process.alphaBar(level - 1);
      double spread = 1 - now + now * 0.64;
      double a = 0.64 * Math.sqrt(now) / spread;
      double d = 0.5 * (1 - now) / spread;
      double sigma = eta * Math.sqrt((1 - below) / (1 - now) * (1 - now / below));
      double direction = Math.sqrt(Math.max(0, 1 - below - sigma * sigma)) / Math.sqrt(1 - now);
      double onClean = Math.sqrt(below) - direction * Math.sqrt(now);
      return new Step(a, d, onClean * d, onClean * a + direction, sigma);
    }
  }

  /** What guidance adds to a step. */
  private interface Push {
    double of(Step step, double clean, int level);
  }

  private static double normal(Purpose purpose, int level, int round, int row) {
    Noise noise = Lab.seed(0).noise(purpose, level).round(round);
    double[] z = new double[1];
    noise.normals(row, z, 0, 1);
    return z[0];
  }

  private static void assertPaths(
      Lab lab, double eta, Algorithm algorithm, int recur, double tolerance, Push push) {
    int count = 20;
    double[] states =
        ((Batch.Reals) lab.run(algorithm, count, Budget.UNLIMITED, 0).states()).data();
    GaussianProcess process = (GaussianProcess) lab.process();
    int steps = process.steps();
    for (int row = 0; row < count; row++) {
      double x = normal(Purpose.PRIOR, steps, 0, row);
      for (int level = steps; level >= 1; level--) {
        for (int round = 0; round < recur; round++) {
          if (round > 0) {
            double kept = process.alphaBar(level) / process.alphaBar(level - 1);
            double n = normal(Purpose.RENOISE, level, round - 1, row);
            x = Math.sqrt(kept) * x + Math.sqrt(1 - kept) * n;
          }
          Step step = Step.at(process, eta, level);
          double clean = step.a * x + step.d;
          double z = normal(Purpose.STEP, level, round, row);
          x = step.c + step.g * x + step.sigma * z + push.of(step, clean, level);
        }
      }
      assertEquals(x, states[row], tolerance * (1 + Math.abs(x)), "row " + row);
    }
  }

  private static double growth(GaussianProcess process, int level) {
    double sum = 0;
    for (int t = 1; t <= process.steps(); t++) {
      sum += process.alphaBar(t) / process.alphaBar(t - 1);
    }
    return process.steps() * process.alphaBar(level) / process.alphaBar(level - 1) / sum;
  }

  /** The push of local search under a gradient of its smoothed reward over beta. */
  private static Push search(
      GaussianProcess process, int iterations, double rho, double mu, DoubleUnaryOperator slope) {
    return (step, clean, level) -> {
      double growth = growth(process, level);
      double moved = clean;
      for (int i = 0; i < iterations; i++) {
        moved += mu * growth * slope.applyAsDouble(moved);
      }
      double below = process.signal(level - 1);
      double through = step.a * slope.applyAsDouble(clean);
      return below * (moved - clean) + rho * growth * through / process.signal(level) * below;
    };
  }

  private static double slope(double clean) {
    return -PRECISION / BETA * (clean - CENTER);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.05, 0.1",
    "3, 2, 0.05, 0.1",
    "2, 1, 0.05, 0",
    "2, 3, 0, 0.2",
    "1, 0, 0.2, 0"
  })
  void pathsAreThoseOfTheFormula(int recur, int iterations, double rho, double mu) {
    for (double eta : new double[] {1, 0.3}) {
      Lab lab = lab(10, eta);
      GaussianProcess process = (GaussianProcess) lab.process();
      LocalSearch search = new LocalSearch(recur, iterations, rho, mu, 0, 1);
      Push push = search(process, iterations, rho, mu, LocalSearchTest::slope);
      assertPaths(lab, eta, search, recur, 2e-5, push);
    }
  }

  /** The mean of exp(r / beta) over normal noise is Gaussian too: its slope is a smaller one. */
  @Test
  void smoothingAveragesTheReward() {
    Lab lab = lab(4, 1);
    GaussianProcess process = (GaussianProcess) lab.process();
    double smoothing = 0.6;
    Push push =
        (step, clean, level) -> {
          double deviation = smoothing * process.noise(level);
          double by = 1 + PRECISION / BETA * deviation * deviation;
          return search(process, 2, 0.05, 0.1, m -> slope(m) / by).of(step, clean, level);
        };
    assertPaths(lab, 1, new LocalSearch(1, 2, 0.05, 0.1, smoothing, 4000), 1, 0.02, push);
  }

  /** Each step of DPS goes its length along the sign of the slope, times the Jacobian. */
  @Test
  void dpsMayBeRepeated() {
    Lab lab = lab(10, 1);
    Push push = (step, clean, level) -> 0.3 * step.a * Math.signum(slope(clean));
    assertPaths(lab, 1, new Dps(0.3, true, OptionalInt.of(3)), 3, 2e-5, push);
    assertEquals(new Dps(0.3, true), new Dps(0.3, true, OptionalInt.of(1)));
  }

  /**
   * Without a reward, noising and stepping leave no level's law as it is, but nearly so where steps
   * are many: the variance of samples is what the affine steps say, and nears that without.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void recurrenceKeepsTheLawAsStepsBecomeMany(int recur) {
    double before = Double.POSITIVE_INFINITY;
    for (int steps : new int[] {40, 160, 640}) {
      double deviation = Math.abs(variance(steps, recur) - variance(steps, 1));
      assertTrue(deviation < 0.6 * before, deviation + " after " + before);
      before = deviation;
    }
    assertTrue(before > 1e-4, "a chain of steps is never invariant");
    SampleMoments x = new SampleMoments();
    LocalSearch search = new LocalSearch(recur, 0, 0, 0, 0, 1);
    for (int trial = 0; trial < 20; trial++) {
      Batch states = G10.lab().run(search, 1000, Budget.UNLIMITED, trial).states();
      for (double sample : ((Batch.Reals) states).data()) {
        x.add(sample);
      }
    }
    double truth = variance(10, recur);
    assertEquals(truth, x.variance(), 4 * truth * Math.sqrt(2.0 / 20_000));
  }

  private static double variance(int steps, int recur) {
    GaussianProcess process = (GaussianProcess) G10.lab(steps, 1).process();
    double v = 1;
    for (int level = steps; level >= 1; level--) {
      Step step = Step.at(process, 1, level);
      double kept = process.alphaBar(level) / process.alphaBar(level - 1);
      for (int round = 0; round < recur; round++) {
        double from = round == 0 ? v : kept * v + 1 - kept;
        v = step.g * step.g * from + step.sigma * step.sigma;
      }
    }
    return v;
  }

  @Test
  void withoutRewardOrRecurrenceItIsTheModel() {
    double[] plain =
        ((Batch.Reals) lab(10, 1).run(new Pretrained(), 5, Budget.UNLIMITED, 0).states()).data();
    LocalSearch nothing = new LocalSearch(1, 3, 0, 0, 0.1, 2);
    assertArrayEquals(
        plain,
        ((Batch.Reals) lab(10, 1).run(nothing, 5, Budget.UNLIMITED, 0).states()).data(),
        1e-12);
  }

  /** Ten levels of three samples, stepped from twice. */
  @Test
  void costsAreTheFormulas() {
    var problem = lab(10, 1).problem(3, Budget.UNLIMITED);
    assertEquals(
        new Cost(60, 60, 60, 60 * 3, 0), new LocalSearch(2, 2, 0.1, 0.1, 0, 1).cost(problem));
    assertEquals(
        new Cost(120, 120, 60, 60 * 5 * 3, 0), new LocalSearch(2, 2, 0.1, 1, 0.1, 5).cost(problem));
    assertEquals(
        new Cost(60, 60, 0, 60 * 5 * 2, 0), new LocalSearch(2, 2, 0, 1, 0.1, 5).cost(problem));
    assertEquals(new Cost(90, 90, 90, 90, 0), new Dps(1, true, OptionalInt.of(3)).cost(problem));
    assertThrows(IllegalArgumentException.class, () -> new LocalSearch(0, 1, 0, 0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new LocalSearch(1, 1, 0, 0, 0, 2));
    assertThrows(IllegalArgumentException.class, () -> new Dps(1, true, OptionalInt.of(0)));
  }
}
