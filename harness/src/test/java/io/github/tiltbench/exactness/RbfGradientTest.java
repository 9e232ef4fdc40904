package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Rbf;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowDiffusion;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rollover budget forcing along the gradient of a linear reward, on Gaussian data: every step is
 * affine, and the gradient of the reward of the clean estimate is a number of the level.
 */
class RbfGradientTest {
  private static final double MEAN = 0.7;
  private static final double VARIANCE = 0.25;
  private static final double SLOPE = 1.5;
  private static final double BETA = 0.4;

  private static Lab lab(ProcessSpec.Gaussian process, Verifier verifier) {
    Gaussian model = new Gaussian(new double[] {MEAN}, new double[] {VARIANCE}, process);
    return new Lab(model.open(), model.reverse(), verifier, BETA);
  }

  private static Lab lab(ProcessSpec.Gaussian process) {
    return lab(process, new Linear(new double[] {SLOPE}, 0));
  }

  static List<ProcessSpec.Gaussian> processes() {
    Flow sde =
        new Flow(
            10,
            FlowSampler.EM,
            Optional.of(new FlowDiffusion(FlowDiffusion.Family.SQUARE, 3)),
            Flow.Last.MEAN,
            Interpolant.LINEAR,
            Flow.Conversion.BOTH,
            Flow.Schedule.UNIFORM,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            FlowSchedulerConfig.DEFAULT);
    return List.of(sde, GaussianExactnessTest.ddim(10, 1));
  }

  private static Rbf byQuota(int quota, OptionalDouble scale) {
    return new Rbf(
        1,
        quota,
        Rbf.Start.ONE,
        OptionalInt.empty(),
        Rbf.End.QUOTA,
        false,
        1,
        Rbf.Finish.MEAN,
        scale);
  }

  private static Rbf forcing(int chains, int last, Rbf.Finish finish) {
    return new Rbf(
        chains,
        0,
        Rbf.Start.ONE,
        OptionalInt.empty(),
        Rbf.End.FORCING,
        true,
        last,
        finish,
        OptionalDouble.of(1));
  }

  private static double[] run(Lab lab, Rbf rbf, int count) {
    return ((Batch.Reals) lab.run(rbf, count, Budget.UNLIMITED, 0).states()).data();
  }

  @ParameterizedTest
  @MethodSource("processes")
  void withoutScaleNothingMoves(ProcessSpec.Gaussian process) {
    double[] plain = run(lab(process), byQuota(3, OptionalDouble.empty()), 20);
    assertArrayEquals(plain, run(lab(process), byQuota(3, OptionalDouble.of(0)), 20));
  }

  /** What the clean estimate at a level multiplies the state by. */
  private static double sharpness(GaussianProcess process, int level) {
    double a = process.alphaBar(level);
    return Math.sqrt(a) * VARIANCE / (a * VARIANCE + 1 - a);
  }

  /** How far the clean estimate at level 1 is moved by pushes of half the variance of each step. */
  private static double moved(GaussianProcess process, double scale) {
    GaussianTruth truth = new GaussianTruth(process, MEAN, VARIANCE);
    double sum = 0;
    for (int level = process.steps(); level >= 2; level--) {
      double push = truth.sigma[level] * truth.sigma[level] / 2 * scale / BETA * SLOPE;
      sum += truth.a[level - 1] / truth.a[1] * push * sharpness(process, level);
    }
    return sharpness(process, 1) * sum;
  }

  @ParameterizedTest
  @MethodSource("processes")
  void oneCandidateMovesByTheClosedForm(ProcessSpec.Gaussian process) {
    Lab lab = lab(process);
    double[] plain = run(lab, byQuota(1, OptionalDouble.empty()), 20);
    for (double scale : new double[] {1, 2}) {
      double expected = moved((GaussianProcess) lab.process(), scale);
      assertTrue(expected > 0.05, "moved by " + expected);
      double[] pushed = run(lab, byQuota(1, OptionalDouble.of(scale)), 20);
      for (int i = 0; i < 20; i++) {
        assertEquals(plain[i] + expected, pushed[i], 1e-9);
      }
    }
  }

  /** The best of four candidates has the largest of four normals, whether pushed or not. */
  @ParameterizedTest
  @MethodSource("processes")
  void theBestOfManyAddsToTheMove(ProcessSpec.Gaussian process) {
    Lab lab = lab(process);
    GaussianProcess chain = (GaussianProcess) lab.process();
    GaussianTruth truth = new GaussianTruth(chain, MEAN, VARIANCE);
    double expected = truth.mean + moved(chain, 1);
    for (int level = chain.steps(); level >= 2; level--) {
      double noise = truth.a[level - 1] / truth.a[1] * truth.sigma[level];
      expected += sharpness(chain, 1) * 1.029375 * noise;
    }
    SampleMoments moments = new SampleMoments();
    for (double x : run(lab, byQuota(4, OptionalDouble.of(1)), 4_000)) {
      moments.add(x);
    }
    moments.assertMean(expected, 4, "mean of samples");
  }

  /**
   * By hand: the step from level 1 draws no noise, so a chain has parents at the levels 10 to last
   * + 1, each with an NFE, a BACKWARD and a REWARD of its own.
   */
  @ParameterizedTest
  @CsvSource({"2, 1, MEAN, 9, 41, 0", "2, 3, ODE, 7, 42, 0", "3, 1, MEAN, 9, 24, 1"})
  void gradientsArePaidForOnceAParent(
      int chains, int last, Rbf.Finish finish, int parents, int evaluations, int unspent) {
    Lab lab = lab(GaussianExactnessTest.ddim(10, 1));
    Rbf rbf = forcing(chains, last, finish);
    Budget budget = Budget.of(Unit.NFE, 100);
    Samples samples = lab.run(rbf, 1, budget, 0);
    assertEquals(unspent, samples.scalars().get("unspent_nfe"));
    assertEquals(evaluations, Arrays.stream(samples.traces().get("draws")).sum(), 1e-9);
    long ode = finish == Rbf.Finish.ODE ? last - 1 : 0;
    long both = (long) chains * (evaluations + parents);
    assertEquals(
        new Cost(both + ode, both + ode, (long) chains * parents, both, 0),
        rbf.cost(lab.problem(1, budget)));
    Budget backward = new Budget(Map.of(Unit.NFE, 1_000L, Unit.BACKWARD, (long) chains * parents));
    lab.run(rbf, 1, backward, 0);
  }

  /** Steps of variance 0.4, 0 and 0.2, the gradient 0.7 everywhere: pushes of 0.14, 0 and 0.07. */
  @Test
  void aStepWithoutNoiseIsNotPushed() {
    double[] ones = {1, 1, 1, 1, 1};
    double[] variances = {0, 0.3, 0.2, 0, 0.4};
    AffineChain chain = new AffineChain(ones, new double[5], variances, 0, 1);
    Lab lab = chain.lab(new AffineChain.Parabola(0, 0.7, 0));
    double[] plain = run(lab, byQuota(1, OptionalDouble.empty()), 5);
    Rbf rbf = byQuota(1, OptionalDouble.of(1));
    double[] pushed = run(lab, rbf, 5);
    for (int i = 0; i < 5; i++) {
      assertEquals(plain[i] + 0.21, pushed[i], 1e-12);
    }
    Cost cost = rbf.cost(lab.problem(5, Budget.UNLIMITED));
    assertEquals(new Cost(30, 30, 10, 30, 0), cost, "a start, three candidates, two gradients");
  }

  @Test
  void withoutAGradientItIsANamedSkip() {
    Lab lab =
        lab(GaussianExactnessTest.ddim(10, 1), (clean, condition) -> new double[clean.size()]);
    Support support =
        forcing(2, 1, Rbf.Finish.MEAN).supports(lab.problem(1, Budget.of(Unit.NFE, 100)));
    assertTrue(((Support.No) support).reason().contains("no gradient"));
    assertThrows(IllegalArgumentException.class, () -> byQuota(1, OptionalDouble.of(-1)));
  }
}
