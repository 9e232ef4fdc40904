package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.guidance.Dps;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowDiffusion;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.verifier.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method that claims exactness, unchanged, on flow chains. */
class FlowExactnessTest {
  private static final int TRIALS = 400;

  private static Flow flow(
      int steps, FlowSampler sampler, FlowDiffusion.Family family, double scale) {
    return flow(steps, sampler, family, scale, Interpolant.LINEAR, Flow.Schedule.UNIFORM);
  }

  private static Flow flow(
      int steps,
      FlowSampler sampler,
      FlowDiffusion.Family family,
      double scale,
      Interpolant path,
      Flow.Schedule schedule) {
    return new Flow(
        steps,
        sampler,
        sampler == FlowSampler.ANCESTRAL || sampler == FlowSampler.EULER
            ? Optional.empty()
            : Optional.of(new FlowDiffusion(family, scale)),
        Flow.Last.MEAN,
        path,
        Flow.Conversion.BOTH,
        schedule,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        FlowSchedulerConfig.DEFAULT);
  }

  private record Case(Flow flow, ExactMethodsTest.Case method) {
    @Override
    public String toString() {
      return method + " by " + flow.sampler() + " on " + flow.interpolant();
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (ExactMethodsTest.Case method : ExactMethodsTest.cases()) {
      boolean wanted = List.of("gaussian-linear", "mixture-2d").contains(method.target().name());
      if (!wanted) {
        continue;
      }
      FlowDiffusion.Family square = FlowDiffusion.Family.SQUARE;
      cases.add(
          new Case(flow(8, FlowSampler.EM, square, 3, Interpolant.VP, Flow.Schedule.RBF), method));
      // a score needs signal at every level, and the linear path begins without
      if (!method.name().equals("tds score")) {
        cases.add(
            new Case(flow(8, FlowSampler.ANCESTRAL, FlowDiffusion.Family.CONSTANT, 1), method));
        cases.add(new Case(flow(10, FlowSampler.EM, square, 3), method));
        cases.add(
            new Case(flow(8, FlowSampler.MARGINAL, FlowDiffusion.Family.SIT_SIGMA, 1), method));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matchesTheTiltedLaw(Case c) {
    int n = 16;
    c.method.target().assertExact(c.method.method().of(n, 0.5), n, c.flow, TRIALS);
  }

  /** The published mixture; moments of the discretised chain by quadrature, not of the data. */
  @ParameterizedTest
  @CsvSource({
    "4, EULER, CONSTANT, 1, 0.524901, 1.831909",
    "10, EULER, CONSTANT, 1, 0.477503, 2.545509",
    "10, ANCESTRAL, CONSTANT, 1, 0.514158, 2.403167",
    "10, EM, SQUARE, 3, 0.434732, 2.913115",
    "10, EM, SIT_SIGMA, 1, 0.469484, 2.765332",
    "25, EM, SQUARE, 3, 0.446834, 3.003034"
  })
  void samplesOfAMixtureHaveTheMomentsOfTheirChain(
      int steps,
      FlowSampler sampler,
      FlowDiffusion.Family family,
      double scale,
      double mean,
      double variance) {
    GaussianMixture model = mixture(flow(steps, sampler, family, scale));
    Lab lab = new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 0.5);
    double[] x =
        ((Batch.Reals) lab.run(new Pretrained(), 100_000, Budget.UNLIMITED, 0).states()).data();
    SampleMoments first = new SampleMoments();
    SampleMoments second = new SampleMoments();
    for (double v : x) {
      first.add(v);
      second.add((v - mean) * (v - mean));
    }
    first.assertMean(mean, 4, "mean");
    second.assertMean(variance, 4, "variance");
  }

  private static GaussianMixture mixture(Flow flow) {
    return new GaussianMixture(
        new double[] {0.3, 0.7},
        new double[][] {{-2}, {1.5}},
        new double[][] {{0.25}, {0.64}},
        flow);
  }

  /**
   * The ODE maps quantiles to quantiles: with many steps the median of noise becomes that of data.
   */
  @Test
  void theOdeMapsQuantilesToQuantiles() {
    GaussianMixture model =
        mixture(flow(2_000, FlowSampler.EULER, FlowDiffusion.Family.CONSTANT, 1));
    Lab lab = new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 0.5);
    double[] x =
        ((Batch.Reals) lab.run(new Pretrained(), 200, Budget.UNLIMITED, 0).states()).data();
    double[] z =
        ((Batch.Reals) model.reverse().prior(200, Lab.seed(0).noise(Purpose.PRIOR, 2_000))).data();
    for (int i = 0; i < x.length; i++) {
      double p = 0.3 * normal((x[i] + 2) / 0.5) + 0.7 * normal((x[i] - 1.5) / 0.8);
      assertEquals(normal(z[i]), p, 2e-3); // Euler's rule: an error of the order of a step
    }
  }

  private static double normal(double z) {
    return new NormalDistribution(null, 0, 1).cumulativeProbability(z);
  }

  @Test
  void theOdeIsANamedSkipOfMethodsThatNeedADensity() {
    GaussianMixture model = mixture(flow(10, FlowSampler.EULER, FlowDiffusion.Family.CONSTANT, 1));
    Lab lab = new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 0.5);
    assertInstanceOf(
        Support.No.class, BootstrapSmc.DEFAULT.supports(lab.problem(4, Budget.UNLIMITED)));
    assertInstanceOf(Support.No.class, Svdd.DEFAULT.supports(lab.problem(4, Budget.UNLIMITED)));
  }

  static List<Algorithm> algorithms() {
    List<Algorithm> all = new ArrayList<>();
    Catalogues.builtIn().algorithms().kinds().forEach(k -> all.add(k.defaults().orElseThrow()));
    all.add(new Dps(1, false));
    return all;
  }

  /** At the first level of a flow there is no signal to divide by. */
  @ParameterizedTest
  @MethodSource("algorithms")
  void everyAlgorithmRunsOrSaysWhyNot(Algorithm algorithm) {
    Budget budget = new Budget(Map.of(Unit.NFE, 2_000L));
    for (FlowSampler sampler : FlowSampler.values()) {
      if (sampler == FlowSampler.STOCHASTIC) {
        continue;
      }
      GaussianMixture model = mixture(flow(10, sampler, FlowDiffusion.Family.SIT_SIGMA, 1));
      Lab lab = new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 0.5);
      if (algorithm.supports(lab.problem(2, budget)) == Support.YES) {
        double[] x = ((Batch.Reals) lab.run(algorithm, 2, budget, 0).states()).data();
        assertTrue(Arrays.stream(x).allMatch(Double::isFinite), algorithm + " by " + sampler);
      }
    }
  }
}
