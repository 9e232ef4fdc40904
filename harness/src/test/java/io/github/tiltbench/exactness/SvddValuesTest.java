package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.search.StateValue;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.search.Svdd.Target;
import io.github.tiltbench.algorithm.search.Svdd.Value;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Overdrawn;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks and learned values of SVDD on the reference Gaussian chain, against closed forms. */
@SuppressWarnings("UnnecessaryLambda") // rewards read as formulas
class SvddValuesTest {
  private static final double BETA = 0.5;
  private static final int STEPS = 20;
  private static final int ROLLOUTS = 20_000;
  private static final Gaussian MODEL =
      new Gaussian(new double[] {0.5}, new double[] {0.64}, GaussianExactnessTest.ddim(STEPS, 1));
  private static final Lab LINEAR = lab(x -> x);
  private static final Lab QUADRATIC = lab(x -> -(x - 2) * (x - 2));

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static Lab lab(DoubleUnaryOperator reward) {
    Verifier verifier =
        (clean, condition) -> Arrays.stream(((Batch.Reals) clean).data()).map(reward).toArray();
    return new Lab(MODEL.open(), MODEL.reverse(), verifier, BETA);
  }

  private static Svdd blocks(int width, double alpha, int block) {
    return new Svdd(
        width,
        alpha,
        Value.POSTERIOR_MEAN,
        OptionalInt.of(block),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private static Svdd learned(int width, double alpha, Target target) {
    return new Svdd(
        width,
        alpha,
        Value.MONTE_CARLO,
        OptionalInt.empty(),
        Optional.of(target),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private static double[] states(Samples samples) {
    return ((Batch.Reals) samples.states()).data();
  }

  /** SVDD as it is written down: every survivor is denoised anew. */
  private record Naive(int width, double alpha) implements Algorithm {
    @Override
    public Samples sample(Problem problem, Session session) {
      Batch x = problem.process().prior(problem.count(), session.noise(Purpose.PRIOR, STEPS));
      for (int level = STEPS; level > 1; level--) {
        StepLaw law = problem.process().law(x, level, session.denoise(x, level));
        Noise noise = session.noise(Purpose.STEP, level).branched(width);
        Batch children = law.select(Branching.repeat(x.size(), width)).sample(noise);
        Prediction mean = session.denoise(children, level - 1);
        double[] values = session.score(session.clean(mean, Decoding.POSTERIOR_MEAN, noise));
        Noise choice = session.noise(Purpose.SELECT, level);
        x =
            children.select(
                Branching.keep(values, width, alpha, row -> choice.uniforms(row).at(0)));
      }
      StepLaw last = problem.process().law(x, 1, session.denoise(x, 1));
      return Samples.independent(last.sample(session.noise(Purpose.STEP, 1)));
    }

    @Override
    public Cost cost(Problem problem) {
      long selecting = (long) problem.count() * width * (STEPS - 1);
      long nfe = (long) problem.count() * STEPS + selecting;
      return Cost.of(nfe, nfe, selecting);
    }
  }

  @Test
  void blocksOfOneAreSvddBitForBit() {
    for (double alpha : new double[] {0, BETA}) {
      double[] naive = states(QUADRATIC.run(new Naive(4, alpha), 50, Budget.UNLIMITED, 0));
      Svdd plain = new Svdd(4, alpha, Value.POSTERIOR_MEAN);
      assertArrayEquals(naive, states(QUADRATIC.run(plain, 50, Budget.UNLIMITED, 0)));
      assertArrayEquals(naive, states(QUADRATIC.run(blocks(4, alpha, 1), 50, Budget.UNLIMITED, 0)));
    }
  }

  /**
   * Linear reward, best of M at the end of each block: given its start, the value at a block's end
   * is Gaussian with the variance S that the block's steps add up to, so the best of M candidates
   * gains e_M sqrt(S) and has the variance u_M S.
   */
  @ParameterizedTest
  @CsvSource({"5, 2, 1.162964, 0.447534", "5, 3, 1.162964, 0.447534", "10, 20, 1.538753, 0.344344"})
  void greedyBlocksHaveTheirClosedForm(int width, int block, double e, double u) {
    GaussianTruth truth = new GaussianTruth(MODEL.reverse(), 1, 0.5, 0.64);
    double mean = truth.mean;
    double variance = truth.a[STEPS] * truth.a[STEPS];
    for (int from = STEPS; from >= 1; from -= block) {
      double sum = 0;
      for (int t = from; t > Math.max(0, from - block); t--) {
        sum += truth.a[t - 1] * truth.a[t - 1] * truth.sigma[t] * truth.sigma[t];
      }
      mean += e * Math.sqrt(sum);
      variance += u * sum;
    }
    SampleMoments x = moments(blocks(width, 0, block), 16);
    x.assertMean(mean, 4, "mean");
    assertEquals(variance, x.variance(), 4 * variance * Math.sqrt(2.4 / 8_000), "variance");
  }

  private static SampleMoments moments(Svdd svdd, int trials) {
    SampleMoments x = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      Arrays.stream(states(LINEAR.run(svdd, 500, Budget.UNLIMITED, trial))).forEach(x::add);
    }
    return x;
  }

  /** Formulas at a few corners, by hand; {@link Lab} compares each with the meter besides. */
  @Test
  void costsAreTheirFormulas() {
    // Of the twenty steps the last, to the clean level, draws no noise.
    assertCost(1 + 19 * 4, 19 * 4, blocks(4, 0, 1));
    // Blocks of 3 end after levels 18, 15, .. 3 and 1; in the last one the step of level 2
    // branches.
    assertCost(1 + 19 * 4, 7 * 4, blocks(4, 0, 3));
    // The last block of 19 is the silent step alone: nothing branches in it.
    assertCost(1 + 19 * 4, 4, blocks(4, 0, 19));
    assertCost(20 * 10 + 20, 10, monteCarlo(OptionalInt.empty()));
    // 3 of 4 steps of a block denoise candidates, at level 1 none is left to denoise.
    assertCost(20 * 10 + 1 + 5 * 3 * 4 + 4, 10 + 4, monteCarlo(OptionalInt.of(4)));
  }

  private static Svdd monteCarlo(OptionalInt block) {
    return new Svdd(
        4, 0, Value.MONTE_CARLO, block, Optional.empty(), OptionalInt.of(10), OptionalInt.empty());
  }

  private static void assertCost(long nfe, long reward, Svdd svdd) {
    assertEquals(Cost.of(nfe, nfe, reward), svdd.cost(LINEAR.problem(1, Budget.UNLIMITED)));
    LINEAR.run(svdd, 1, Budget.UNLIMITED, 0);
  }

  /**
   * Where the exact value is linear, all values rank alike: the published Monte-Carlo means of the
   * exact value at alpha = beta, half-width 0.004. The tolerance leaves 0.03 to the fit.
   */
  @Test
  void aLinearRewardIsLearnedUpToAConstant() {
    Svdd svdd = learned(5, BETA, Target.REWARD);
    StateValue fit = LINEAR.fit(svdd, Budget.of(Unit.NFE, ROLLOUTS * STEPS));
    try {
      SampleMoments x = new SampleMoments();
      for (int trial = 0; trial < 16; trial++) {
        Arrays.stream(states(LINEAR.run(svdd, fit, 500, trial))).forEach(x::add);
      }
      assertEquals(1.175, x.mean(), 0.034 + 4 * x.standardError());
    } finally {
      svdd.release(fit);
    }
  }

  /**
   * Quadratic reward with 20 candidates. Least squares of r learn E[r | x_t], which ranks as the
   * posterior mean: both end at 1.665. Least squares of exp(r / alpha) learn the soft value, which
   * ends at 1.422 and with ever more candidates at the tilted mean, 1.455. The tolerance leaves
   * 0.08 to the fit, a third of what separates the two.
   */
  @ParameterizedTest
  @CsvSource({"REWARD, 1.665", "EXPONENTIAL, 1.422"})
  void theTargetDecidesWhichLawIsMet(Target target, double mean) {
    Svdd svdd = learned(20, BETA, target);
    StateValue fit = QUADRATIC.fit(svdd, Budget.of(Unit.NFE, ROLLOUTS * STEPS));
    try {
      SampleMoments x = new SampleMoments();
      for (int trial = 0; trial < 8; trial++) {
        Arrays.stream(states(QUADRATIC.run(svdd, fit, 500, trial))).forEach(x::add);
      }
      assertEquals(mean, x.mean(), 0.08 + 4 * x.standardError(), target.toString());
    } finally {
      svdd.release(fit);
    }
  }

  private static Svdd chains(int width, Value value, int chains, int rollouts) {
    return new Svdd(
        width,
        0,
        value,
        OptionalInt.empty(),
        Optional.empty(),
        value == Value.MONTE_CARLO ? OptionalInt.of(rollouts) : OptionalInt.empty(),
        OptionalInt.of(chains));
  }

  /** One chain is the algorithm as it was, and the first of several is that chain again. */
  @Test
  void theBestOfSeveralChainsIsNoWorseThanOne() {
    assertEquals(new Svdd(4, 0, Value.POSTERIOR_MEAN), chains(4, Value.POSTERIOR_MEAN, 1, 0));
    Svdd one = new Svdd(4, 0, Value.POSTERIOR_MEAN);
    double[] alone = states(QUADRATIC.run(one, 300, Budget.UNLIMITED, 0));
    Svdd five = chains(4, Value.POSTERIOR_MEAN, 5, 0);
    double[] best = states(QUADRATIC.run(five, 300, Budget.UNLIMITED, 0));
    int same = 0;
    for (int i = 0; i < alone.length; i++) {
      double gained = Math.abs(alone[i] - 2) - Math.abs(best[i] - 2);
      assertTrue(gained >= 0, "the first chain is among the five");
      same += alone[i] == best[i] ? 1 : 0;
    }
    // The first is the best of five in one sample of five: 60 of 300, standard error 6.9.
    assertEquals(60, same, 4 * 6.9);
  }

  /** Chains are what a budget buys where candidates cost no evaluation. */
  @Test
  void chainsFillTheBudget() {
    Svdd fills = chains(4, Value.MONTE_CARLO, 0, 10);
    assertTrue(fills.usesBudget());
    for (int evaluations : new int[] {20, 239, 240, 1_000}) {
      Budget budget = Budget.of(Unit.NFE, 2L * (200 / 2 + evaluations));
      Cost cost = fills.cost(LINEAR.problem(2, budget));
      int chains = Math.max(1, evaluations / 20);
      assertEquals(200 + 2L * 20 * chains, cost.nfe());
      // The last step draws no noise: nothing is selected there, so several chains are scored.
      assertEquals(10 + (chains == 1 ? 0 : 2L * chains), cost.reward());
      LINEAR.run(fills, 2, budget, 0);
    }
    assertThrows(IllegalArgumentException.class, () -> chains(0, Value.POSTERIOR_MEAN, 0, 0));
  }

  /** Without a fit budget a trial learns for itself, and pays. */
  @Test
  void aTrialThatLearnsForItselfPaysItself() {
    Svdd svdd = monteCarlo(OptionalInt.empty());
    Cost cost = svdd.cost(LINEAR.problem(2, Budget.UNLIMITED));
    assertEquals(10 * STEPS + 2 * STEPS, cost.nfe());
    LINEAR.run(svdd, 2, Budget.of(Unit.NFE, cost.nfe()), 0);
    Budget less = Budget.of(Unit.NFE, cost.nfe() - 1);
    assertThrows(Overdrawn.class, () -> LINEAR.run(svdd, 2, less, 0));
  }

  @Test
  void parametersOfLearningNeedSomethingToLearn() {
    OptionalInt none = OptionalInt.empty();
    Optional<Target> exponential = Optional.of(Target.EXPONENTIAL);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Svdd(2, 0, Value.MONTE_CARLO, none, exponential, none, none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Svdd(2, 1, Value.POSTERIOR_MEAN, none, exponential, none, none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Svdd(2, 1, Value.SAMPLE, none, Optional.empty(), OptionalInt.of(5), none));
    assertThrows(IllegalArgumentException.class, () -> blocks(2, 0, 0));
  }
}
