package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.guidance.Dps;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.FirstOrder;
import io.github.tiltbench.algorithm.search.Neighbourhood;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.RandomSearch;
import io.github.tiltbench.algorithm.search.Rbf;
import io.github.tiltbench.algorithm.search.SearchOverPaths;
import io.github.tiltbench.algorithm.search.SearchOverPaths.Estimate;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.search.ZeroOrder;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import io.github.tiltbench.metric.law.Law;
import io.github.tiltbench.metric.law.Laws;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of second order, each made of two predictions, on flows of known ODEs. */
class HeunTest {
  private static final double[] WEIGHTS = {0.3, 0.7};
  private static final double[] MEANS = {-2, 1.5};
  private static final double[] DEVIATIONS = {0.5, 0.8};

  private static Flow flow(int steps, FlowSampler sampler, Interpolant path) {
    return new Flow(
        steps,
        sampler,
        Optional.empty(),
        Flow.Last.MEAN,
        path,
        Flow.Conversion.BOTH,
        Flow.Schedule.UNIFORM,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        FlowSchedulerConfig.DEFAULT);
  }

  private static GaussianMixture mixture(Flow flow) {
    return new GaussianMixture(
        WEIGHTS, new double[][] {{-2}, {1.5}}, new double[][] {{0.25}, {0.64}}, flow);
  }

  private static Lab lab(GaussianMixture model) {
    return new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 0.5);
  }

  private static Lab lab(int steps) {
    return lab(mixture(flow(steps, FlowSampler.HEUN, Interpolant.LINEAR)));
  }

  private static double[] samples(Lab lab, int count) {
    return ((Batch.Reals) lab.run(new Pretrained(), count, Budget.UNLIMITED, 0).states()).data();
  }

  /** The largest error in the quantile of a sample, which the ODE keeps. */
  private static double error(int steps, FlowSampler sampler, Interpolant path) {
    Lab lab = lab(mixture(flow(steps, sampler, path)));
    double[] x = samples(lab, 100);
    double[] z =
        ((Batch.Reals) lab.process().prior(100, Lab.seed(0).noise(Purpose.PRIOR, steps))).data();
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      double quantile = 0;
      for (int k = 0; k < 2; k++) {
        quantile += WEIGHTS[k] * normal.cumulativeProbability((x[i] - MEANS[k]) / DEVIATIONS[k]);
      }
      largest = Math.max(largest, Math.abs(quantile - normal.cumulativeProbability(z[i])));
    }
    return largest;
  }

  @ParameterizedTest
  @EnumSource(
      value = Interpolant.class,
      names = {"LINEAR", "TRIGONOMETRIC"})
  void twiceTheStepsHaveAQuarterOfTheError(Interpolant path) {
    double before = error(40, FlowSampler.HEUN, path);
    for (int steps = 80; steps <= 320; steps *= 2) {
      double now = error(steps, FlowSampler.HEUN, path);
      assertEquals(4, before / now, 0.6, steps + " steps");
      before = now;
    }
    assertEquals(2, error(160, FlowSampler.EULER, path) / error(320, FlowSampler.EULER, path), 0.2);
  }

  /** In the coordinates of the path: x - h (u + u') / 2, and at the end x - h u. */
  @Test
  void aStepFollowsTheMeanOfTwoVelocities() {
    Lab lab = lab(5);
    GaussianProcess process = (GaussianProcess) lab.process();
    double[] x = {-1.7, -0.2, 0.4, 2.1};
    double[] scaled = new double[4];
    for (int level = 5; level >= 1; level--) {
      double t = process.linearTime(level);
      double h = t - process.linearTime(level - 1);
      double c = process.signal(level) + process.noise(level);
      Arrays.setAll(scaled, i -> c * x[i]);
      Batch.Reals states = new Batch.Reals(scaled, new int[] {1});
      Prediction prediction = session(lab, new Meter(Budget.UNLIMITED)).denoise(states, level);
      double[] next = process.law(states, level, prediction).mean().data();
      double below = process.signal(level - 1) + process.noise(level - 1);
      for (int i = 0; i < 4; i++) {
        double u = velocity(x[i], t);
        double slope = level == 1 ? u : (u + velocity(x[i] - h * u, t - h)) / 2;
        assertEquals(x[i] - h * slope, next[i] / below, 1e-12, "level " + level);
      }
    }
  }

  /** The velocity of the linear path, E[noise - clean | x], by the formula of a mixture. */
  private static double velocity(double x, double t) {
    double sum = 0;
    double weighted = 0;
    for (int k = 0; k < 2; k++) {
      double s2 = DEVIATIONS[k] * DEVIATIONS[k];
      double spread = (1 - t) * (1 - t) * s2 + t * t;
      double off = x - (1 - t) * MEANS[k];
      double density = WEIGHTS[k] / Math.sqrt(spread) * Math.exp(-off * off / (2 * spread));
      sum += density;
      weighted += density * (-MEANS[k] + (t - (1 - t) * s2) / spread * off);
    }
    return weighted / sum;
  }

  private static Session session(Lab lab, Meter meter) {
    return lab.session(lab.problem(1, Budget.UNLIMITED), meter, 0);
  }

  /**
   * Ten steps are 19 evaluations, four 7; a jump to level 0 is one. A search on fewer steps solves
   * eight more noises, each on few and on all, to see whether these rank them alike.
   */
  @Test
  void everyStepButTheLastCostsTwoEvaluations() {
    Lab lab = lab(10);
    assertEquals(19, lab.process().evaluations());
    assertCosts(lab, new Pretrained(), Cost.of(3 * 19, 3 * 19, 0));
    assertCosts(lab, new BestOfN(4), Cost.of(12 * 19, 12 * 19, 12));
    assertCosts(lab, new RandomSearch(4, OptionalInt.empty()), Cost.of(12 * 19, 12 * 19, 12));
    long transfer = 8 * (7 + 19);
    long coarse = 12 * 7 + 3 * 19 + transfer;
    assertCosts(lab, new RandomSearch(4, OptionalInt.of(4)), Cost.of(coarse, coarse, 12 + 16));
    ZeroOrder zero = ZeroOrder.DEFAULT;
    long near = 3 * (1 + 5 * 2) * 19;
    assertCosts(
        lab,
        new ZeroOrder(2, 5, Neighbourhood.AR1, 0.9, zero.onStall(), true, OptionalInt.empty()),
        Cost.of(near, near, 33));
    long climb = 3 * (3 * 7 + 2 * 7) + 3 * 19 + transfer;
    assertCosts(
        lab,
        new FirstOrder(2, 0.1, OptionalInt.of(4)),
        new Cost(climb, climb, 3 * 2 * 7, 3 * 3 + 16, 0));
  }

  /**
   * 2 paths down 36 levels, then 4 rounds of 6 children of 5 steps, of which the last ends at 0.
   */
  @ParameterizedTest
  @EnumSource(Estimate.class)
  void pathsCostWhatTheirStepsAreMadeOf(Estimate estimate) {
    Lab lab = lab(40);
    SearchOverPaths search = new SearchOverPaths(2, 3, 5, 0.11, 0.78, 0.81, estimate);
    long fresh = estimate == Estimate.FRESH ? 3 * 6 : 0;
    long nfe = 3 * (2 * 36 * 2 + 6 * (3 * 10 + 9) + fresh);
    assertCosts(lab, search, Cost.of(nfe, nfe, 3 * 24));
  }

  private static void assertCosts(Lab lab, Algorithm algorithm, Cost cost) {
    assertEquals(Support.YES, algorithm.supports(lab.problem(3, Budget.UNLIMITED)));
    assertEquals(cost, algorithm.cost(lab.problem(3, Budget.UNLIMITED)));
    lab.run(algorithm, 3, Budget.UNLIMITED, 0); // holds it against meter and odometer
  }

  @Test
  void aSearchThatFillsItsBudgetCountsBoth() {
    Lab lab = lab(10);
    Budget budget = Budget.of(Unit.NFE, 2 * 19 * 6 + 18);
    double[] best = data(lab, new BestOfN(0), budget);
    assertArrayEquals(best, data(lab, new BestOfN(6), budget));
    assertArrayEquals(best, data(lab, new RandomSearch(0, OptionalInt.empty()), budget));
  }

  private static double[] data(Lab lab, Algorithm algorithm, Budget budget) {
    return ((Batch.Reals) lab.run(algorithm, 2, budget, 0).states()).data();
  }

  /** Rows at several levels, two of them on their way to level 0, are answered as if alone. */
  @Test
  void rowsAreIndependentOfEachOther() {
    Lab lab = lab(10);
    double[] x = {0.3, -1, 2, 0.1, -0.4};
    int[] level = {10, 1, 4, 6, 4};
    int[] to = {9, 0, 0, 2, 3};
    Session session = session(lab, new Meter(Budget.UNLIMITED));
    Query together =
        new Query(
            Query.Kind.PREDICTION,
            new Batch.Reals(x, new int[] {1}),
            level,
            to,
            Optional.empty(),
            Optional.empty());
    double[] all = clean(session.ask(together).prediction());
    Meter meter = new Meter(Budget.UNLIMITED);
    for (int i = 0; i < 5; i++) {
      Batch.Reals alone = new Batch.Reals(new double[] {x[i]}, new int[] {1});
      assertEquals(clean(session(lab, meter).denoise(alone, level[i], to[i]))[0], all[i]);
    }
    assertEquals(8, meter.spent().nfe());
  }

  private static double[] clean(Prediction prediction) {
    return ((Prediction.Mean) prediction).clean().data();
  }

  static List<Algorithm> valuing() {
    return List.of(
        BootstrapSmc.DEFAULT,
        new BootstrapSmc(
            4, ResamplingScheme.SYSTEMATIC, 0, Decoding.POSTERIOR_MEAN, 1, OutputRule.ONE),
        Svdd.DEFAULT,
        Rbf.DEFAULT,
        Dps.DEFAULT);
  }

  /** A prediction for a step of two is no estimate of what the state will become. */
  @ParameterizedTest
  @MethodSource("valuing")
  void methodsThatValueStatesAreNamedSkips(Algorithm algorithm) {
    Budget budget = new Budget(Map.of(Unit.NFE, 1_000L));
    Lab lab = lab(mixture(flow(10, FlowSampler.HEUN, Interpolant.TRIGONOMETRIC)));
    assertInstanceOf(Support.No.class, algorithm.supports(lab.problem(2, budget)));
    Query gradient =
        new Query(Query.Kind.GRADIENT, new Batch.Reals(new double[1], new int[] {1}), 4);
    Session session = session(lab, new Meter(Budget.UNLIMITED));
    String refused =
        assertThrows(IllegalArgumentException.class, () -> session.ask(gradient)).getMessage();
    assertTrue(refused.contains("made of two predictions, and GRADIENT is about one"), refused);
  }

  /**
   * What a table calls the law of a cell is that of its chain, not of Euler's on the same levels.
   */
  @Test
  void theLawOfAChainIsThatOfItsSteps() {
    GaussianMixture gaussian =
        new GaussianMixture(
            new double[] {1},
            new double[][] {{0.7}},
            new double[][] {{0.25}},
            flow(4, FlowSampler.HEUN, Interpolant.LINEAR));
    Law closed = assertInstanceOf(Law.class, new Laws(1).base(gaussian));
    Lab lab = lab(gaussian);
    double[] z = ((Batch.Reals) lab.process().prior(2, Lab.seed(0).noise(Purpose.PRIOR, 4))).data();
    double[] x = samples(lab, 2);
    double slope = (x[1] - x[0]) / (z[1] - z[0]);
    assertEquals(slope * slope, closed.covariance()[0][0], 1e-9);
    assertEquals(x[0] - slope * z[0], closed.mean()[0], 1e-9);

    GaussianMixture mixture = mixture(flow(4, FlowSampler.HEUN, Interpolant.LINEAR));
    Law weighted = assertInstanceOf(Law.class, new Laws(1).base(mixture));
    SampleMoments square = new SampleMoments();
    for (double v : samples(lab(mixture), 40_000)) {
      square.add((v - weighted.mean()[0]) * (v - weighted.mean()[0]));
    }
    square.assertMean(weighted.covariance()[0][0], 4 * Math.sqrt(2), "variance");
  }
}
