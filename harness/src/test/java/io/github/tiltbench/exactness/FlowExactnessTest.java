package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.guidance.Dps;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;
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
import java.io.IOException;
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
        sampler == FlowSampler.EM || sampler == FlowSampler.MARGINAL
            ? Optional.of(new FlowDiffusion(family, scale))
            : Optional.empty(),
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
        Interpolant path = Interpolant.LINEAR_VP;
        cases.add(
            new Case(
                flow(8, FlowSampler.MARGINAL, square, 2, path, Flow.Schedule.UNIFORM), method));
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

  /** A golden case: a chain of the published mixture and its law by quadrature. */
  private record Golden(Flow flow, double mean, double variance, double logZ, double tiltedMean) {
    @Override
    public String toString() {
      return flow.sampler() + " " + flow.steps() + " " + flow.diffusion() + " " + flow.scheduler();
    }
  }

  /** All but those with a step that turns the noise of a state around. */
  static List<Golden> goldens() throws IOException {
    return GoldenFlows.stable("mixture").stream()
        .map(
            c ->
                new Golden(
                    GoldenFlows.flow(c),
                    c.get("mean").getAsDouble(),
                    c.get("variance").getAsDouble(),
                    c.get("log_z").getAsDouble(),
                    c.get("tilted_mean").getAsDouble()))
        .toList();
  }

  @Test
  void allGoldenCasesAreTriedOrRefused() throws IOException {
    assertEquals(29, goldens().size());
    assertEquals(58, GoldenFlows.stable("gaussian").size());
    for (String data : List.of("mixture", "gaussian")) {
      for (JsonObject c : GoldenFlows.unstable(data)) {
        assertThrows(IllegalArgumentException.class, () -> GoldenFlows.flow(c));
      }
    }
  }

  /** The truth that estimates are held to here, against the same law computed elsewhere. */
  @Test
  void theTruthOfAGaussianChainIsThePublishedOne() throws IOException {
    for (JsonObject c : GoldenFlows.stable("gaussian")) {
      GaussianProcess chain = GoldenFlows.flow(c).over(new StateSpace.Euclidean(new int[] {1}));
      GaussianTruth truth = new GaussianTruth(chain, 0.7, 0.25);
      assertGolden(c, "tilt_linear", "log_z", truth.logEvidenceLinear(1, 0.5));
      assertGolden(c, "tilt_linear", "mean", truth.mean + truth.variance / 0.5);
      assertGolden(c, "tilt_quadratic", "log_z", truth.logEvidenceQuadratic(2, 1, 1));
      assertGolden(c, "tilt_quadratic", "mean", truth.quadraticMean(2, 1, 1));
      assertGolden(c, "tilt_quadratic", "variance", truth.quadraticVariance(2, 1));
    }
  }

  private static void assertGolden(JsonObject golden, String tilt, String key, double ours) {
    double theirs = golden.getAsJsonObject(tilt).get(key).getAsDouble();
    assertEquals(theirs, ours, 1e-6, key + " of " + golden); // times are in single precision
  }

  /** Plain and tilted moments of the discretised chain, which are not those of the data. */
  @ParameterizedTest
  @MethodSource("goldens")
  void samplesOfAMixtureHaveTheMomentsOfTheirChain(Golden golden) {
    Lab lab = lab(mixture(golden.flow));
    double[] x =
        ((Batch.Reals) lab.run(new Pretrained(), 40_000, Budget.UNLIMITED, 0).states()).data();
    SampleMoments mean = new SampleMoments();
    SampleMoments square = new SampleMoments();
    SampleMoments evidence = new SampleMoments();
    SampleMoments tilted = new SampleMoments();
    for (double v : x) {
      double weight = Math.exp(v / 0.5 - golden.logZ);
      mean.add(v);
      square.add((v - golden.mean) * (v - golden.mean));
      evidence.add(weight);
      tilted.add(weight * (v - golden.tiltedMean));
    }
    mean.assertMean(golden.mean, 4, "mean");
    square.assertMean(golden.variance, 4, "variance");
    evidence.assertMean(1, 4, "evidence");
    tilted.assertMean(0, 4, "tilted mean");
  }

  /** On the same signal-to-noise ratios and noise, Euler's rule is DDIM and ancestral eta 1. */
  @ParameterizedTest
  @CsvSource({"EULER, 0", "ANCESTRAL, 1"})
  void aFlowAndDdimGiveTheSameSamples(FlowSampler sampler, double eta) {
    int steps = 12;
    FlowDiffusion.Family none = FlowDiffusion.Family.CONSTANT;
    Flow flow = flow(steps, sampler, none, 1, Interpolant.VP, Flow.Schedule.UNIFORM);
    List<Double> betas = new ArrayList<>();
    for (int level = 1; level <= steps; level++) {
      betas.add(1 - vpSignal((double) level / steps) / vpSignal((level - 1.0) / steps));
    }
    SchedulerConfig d = SchedulerConfig.DEFAULT;
    SchedulerConfig scheduler =
        new SchedulerConfig(
            d.betaSchedule(),
            d.betaStart(),
            d.betaEnd(),
            Optional.of(betas),
            false,
            steps,
            d.predictionType(),
            d.timestepSpacing(),
            0,
            true,
            false,
            1,
            d.varianceType(),
            false,
            d.dynamicThresholdingRatio(),
            1,
            false,
            false,
            d.interpolationType());
    double[] ours = sampled(flow);
    double[] theirs = sampled(new Ddim(steps, eta, scheduler));
    assertArrayEquals(theirs, ours, 1e-4); // their levels are in single precision
  }

  /** The squared signal of the variance-preserving path with rates from 0.1 to 20. */
  private static double vpSignal(double time) {
    return Math.exp(-0.1 * time - 19.9 * time * time / 2);
  }

  private static double[] sampled(ProcessSpec.Gaussian process) {
    Lab lab = lab(mixture(process));
    return ((Batch.Reals) lab.run(new Pretrained(), 200, Budget.UNLIMITED, 0).states()).data();
  }

  private static Lab lab(GaussianMixture model) {
    return new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 0.5);
  }

  private static GaussianMixture mixture(ProcessSpec.Gaussian process) {
    return new GaussianMixture(
        new double[] {0.3, 0.7},
        new double[][] {{-2}, {1.5}},
        new double[][] {{0.25}, {0.64}},
        process);
  }

  /**
   * The ODE maps quantiles to quantiles: with many steps the median of noise becomes that of data.
   */
  @Test
  void theOdeMapsQuantilesToQuantiles() {
    GaussianMixture model =
        mixture(flow(2_000, FlowSampler.EULER, FlowDiffusion.Family.CONSTANT, 1));
    Lab lab = lab(model);
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
    Lab lab = lab(model);
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
      GaussianMixture model = mixture(flow(10, sampler, FlowDiffusion.Family.SIT_SIGMA, 1));
      Lab lab = lab(model);
      if (algorithm.supports(lab.problem(2, budget)) == Support.YES) {
        double[] x = ((Batch.Reals) lab.run(algorithm, 2, budget, 0).states()).data();
        assertTrue(Arrays.stream(x).allMatch(Double::isFinite), algorithm + " by " + sampler);
      }
    }
  }
}
