package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.guidance.ClassifierGuidance;
import io.github.tiltbench.algorithm.guidance.Dps;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.VerifierSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Methods that push without weights, held against their own law: on a Gaussian chain every step is
 * an affine map, worked out here path by path from the same noise.
 */
class GuidanceTest {
  private static final double BETA = 0.5;
  private static final int STEPS = 20;
  private static final double SPREAD = 0.64;
  private static final double[] MEANS = {0.5, -0.3};
  private static final double[] CENTER = {2, 1};
  private static final double PRECISION = 1.5;
  private static final double[] BY = {1, -0.5};

  private static Gaussian model(double eta) {
    Ddim ddim = GaussianExactnessTest.ddim(STEPS, eta);
    return new Gaussian(MEANS, new double[] {SPREAD, SPREAD}, ddim);
  }

  private static Lab lab(double eta, VerifierSpec reward) {
    return new Lab(model(eta).open(), model(eta).reverse(), reward.open(model(eta).space()), BETA);
  }

  /** What a method does to a step. */
  private interface Push {
    /**
     * The state one level down.
     *
     * @param step closed form of the step, a coordinate at a time
     * @param slope gradient of the reward at the clean estimate
     */
    double[] next(Step step, double[] x, double[] slope, double[] z);
  }

  /** The numbers of one step: clean estimate a x + d, next state from it and the noise. */
  private record Step(double a, double[] d, double now, double below, double sigma) {
    double clean(double x, int i) {
      return a * x + d[i];
    }

    double noise(double x, int i) {
      return (x - Math.sqrt(now) * clean(x, i)) / Math.sqrt(1 - now);
    }

    /** DDIM from predicted noise alone. */
    double next(double x, double predicted, double z) {
      double clean = (x - Math.sqrt(1 - now) * predicted) / Math.sqrt(now);
      double direction = Math.sqrt(Math.max(0, 1 - below - sigma * sigma));
      return Math.sqrt(below) * clean + direction * predicted + sigma * z;
    }
  }

  private static double length(double[] v) {
    return Math.hypot(v[0], v[1]);
  }

  private static double[] slope(boolean linear, double[] clean) {
    return linear
        ? BY
        : new double[] {-PRECISION * (clean[0] - CENTER[0]), -PRECISION * (clean[1] - CENTER[1])};
  }

  private static void assertPaths(Algorithm algorithm, double eta, boolean linear, Push push) {
    VerifierSpec reward = linear ? new Linear(BY, 0) : new Quadratic(CENTER, PRECISION);
    int count = 40;
    Batch.Reals states =
        (Batch.Reals) lab(eta, reward).run(algorithm, count, Budget.UNLIMITED, 0).states();
    GaussianProcess process = model(eta).reverse();
    for (int row = 0; row < count; row++) {
      double[] x = normals(Purpose.PRIOR, STEPS, row);
      for (int level = STEPS; level >= 1; level--) {
        Step step = step(process, eta, level);
        double[] clean = {step.clean(x[0], 0), step.clean(x[1], 1)};
        x = push.next(step, x, slope(linear, clean), normals(Purpose.STEP, level, row));
      }
      assertEquals(x[0], states.row(row)[0], 2e-5 * (1 + Math.abs(x[0])), "row " + row);
      assertEquals(x[1], states.row(row)[1], 2e-5 * (1 + Math.abs(x[1])), "row " + row);
    }
  }

  private static double[] normals(Purpose purpose, int level, int row) {
    Noise noise = Lab.seed(0).noise(purpose, level);
    double[] z = new double[2];
    noise.normals(row, z, 0, 2);
    return z;
  }

  private static Step step(GaussianProcess process, double eta, int level) {
    double now = process.alphaBar(level);
    double below = process.alphaBar(level - 1);
    double spread = 1 - now + now * SPREAD;
    double a = SPREAD * Math.sqrt(now) / spread;
    double[] d = {MEANS[0] * (1 - now) / spread, MEANS[1] * (1 - now) / spread};
    double sigma = eta * Math.sqrt((1 - below) / (1 - now) * (1 - now / below));
    return new Step(a, d, now, below, sigma);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "1, 1, false", "0.7, 2.5, true", "0.7, 2.5, false"})
  void classifierGuidanceShiftsTheMeanByTheVariance(double eta, double scale, boolean linear) {
    assertPaths(
        new ClassifierGuidance(scale),
        eta,
        linear,
        (step, x, slope, z) -> {
          double[] next = new double[2];
          for (int i = 0; i < 2; i++) {
            double shift = scale * step.sigma * step.sigma * step.a * slope[i] / BETA;
            next[i] = step.next(x[i], step.noise(x[i], i), z[i]) + shift;
          }
          return next;
        });
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3, true", "1, 0.3, false", "0, 0.1, true", "0, 0.1, false"})
  void dpsMovesByTheJacobianOfTheUnitSlope(double eta, double scale, boolean linear) {
    assertPaths(
        new Dps(scale, true),
        eta,
        linear,
        (step, x, slope, z) -> {
          double[] next = new double[2];
          for (int i = 0; i < 2; i++) {
            double move = scale * step.a * slope[i] / length(slope);
            next[i] = step.next(x[i], step.noise(x[i], i), z[i]) + move;
          }
          return next;
        });
  }

  @ParameterizedTest
  @CsvSource({"1, 0.2, true", "1, 0.2, false", "0, 0.05, true", "0, 0.05, false"})
  void dpsWithoutJacobianShiftsThePredictedNoise(double eta, double scale, boolean linear) {
    assertPaths(
        new Dps(scale, false),
        eta,
        linear,
        (step, x, slope, z) -> {
          double[] next = new double[2];
          for (int i = 0; i < 2; i++) {
            double gradient = slope[i] / Math.sqrt(step.now);
            double noise = step.noise(x[i], i) - scale * Math.sqrt(1 - step.now) * gradient;
            next[i] = step.next(x[i], noise, z[i]);
          }
          return next;
        });
  }

  /** A published value of the reference chain: mean of guidance alone, beside the tilted 1.376. */
  @Test
  void classifierGuidanceHasItsPublishedMean() {
    Gaussian line =
        new Gaussian(
            new double[] {0.5}, new double[] {SPREAD}, GaussianExactnessTest.ddim(STEPS, 1));
    Lab lab = new Lab(line.open(), line.reverse(), new Linear(new double[] {1}, 0), BETA);
    GaussianTruth truth = new GaussianTruth(line.reverse(), 1, 0.5, SPREAD);
    SampleMoments x = new SampleMoments();
    ClassifierGuidance guidance = new ClassifierGuidance(1);
    Batch.Reals states = (Batch.Reals) lab.run(guidance, 4_000, Budget.UNLIMITED, 0).states();
    for (double value : states.data()) {
      x.add(value);
    }
    x.assertMean(1.224779, 4, "mean");
    assertEquals(truth.variance, x.variance(), 4 * truth.variance * Math.sqrt(2.0 / 4_000));
  }

  /** At the top of the reward there is no direction, and nothing moves. */
  @Test
  void dpsRestsWhereTheRewardIsFlat() {
    Lab lab = lab(1, new Linear(new double[] {0, 0}, 1));
    Batch.Reals plain = (Batch.Reals) lab.run(new Dps(0, true), 3, Budget.UNLIMITED, 0).states();
    Batch.Reals moved = (Batch.Reals) lab.run(new Dps(5, true), 3, Budget.UNLIMITED, 0).states();
    for (int i = 0; i < plain.data().length; i++) {
      assertEquals(plain.data()[i], moved.data()[i]);
    }
  }
}
