package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Beam;
import io.github.tiltbench.algorithm.search.Beam.Keep;
import io.github.tiltbench.algorithm.search.Beam.Proposal;
import io.github.tiltbench.algorithm.search.Beam.Returns;
import io.github.tiltbench.algorithm.search.Code;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.study.Toys;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Beam search on ten steps of a Gaussian chain and on tokens, beside SVDD, which it widens. */
class BeamTest {
  private static final int STEPS = 10;
  private static final Lab LINEAR = G10.lab();

  static double[] states(Lab lab, Algorithm algorithm, int count, int trial) {
    Batch x = lab.run(algorithm, count, Budget.UNLIMITED, trial).states();
    return x instanceof Batch.Reals reals
        ? reals.data()
        : Arrays.stream(((Batch.Tokens) x).data()).asDoubleStream().toArray();
  }

  static SampleMoments moments(Lab lab, Algorithm algorithm, int trials, int count) {
    SampleMoments x = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      Arrays.stream(states(lab, algorithm, count, trial)).forEach(x::add);
    }
    return x;
  }

  private static Beam beam(int a, int k, Keep keep, boolean families, Returns returns) {
    OptionalDouble alpha = keep == Keep.SOFT ? OptionalDouble.of(0.3) : OptionalDouble.empty();
    return new Beam(
        a,
        k,
        keep,
        alpha,
        families,
        Svdd.Logits.CHILD,
        Proposal.CURRENT,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        returns);
  }

  private static Beam destination(int a, int k, int rounds, double spread) {
    return new Beam(
        a,
        k,
        Keep.TOP,
        OptionalDouble.empty(),
        false,
        Svdd.Logits.CHILD,
        Proposal.DESTINATION,
        OptionalInt.of(rounds),
        OptionalDouble.of(spread),
        Returns.BEST);
  }

  /** The best survivor, computed apart from this code to 0.001 in the mean. */
  @ParameterizedTest
  @CsvSource({
    "1, 4, 37, 36, 1.942147, 0.163876",
    "2, 2, 38, 38, 1.6496, 0.1513",
    "2, 4, 74, 74, 2.2656, 0.1118",
    "4, 4, 148, 148, 2.4989, 0.0794"
  })
  void theBestSurvivorHasItsMean(
      int a, int k, long nfe, long rewards, double mean, double variance) {
    Beam beam = new Beam(a, k);
    assertEquals(
        Cost.of(nfe, nfe, rewards), beam.cost(LINEAR.problem(1, Budget.UNLIMITED)), "cost");
    SampleMoments x = moments(LINEAR, beam, 16, 500);
    assertEquals(mean, x.mean(), 4 * x.standardError() + 0.002);
    assertEquals(variance, x.variance(), 4 * variance * Math.sqrt(2.4 / 8_000) + 0.001);
  }

  private static Svdd svdd(int width, double alpha, int chains) {
    return new Svdd(
        width,
        alpha,
        Svdd.Value.POSTERIOR_MEAN,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.of(chains));
  }

  @Test
  void oneStateIsSvddBitForBit() {
    double[] expected = states(LINEAR, svdd(4, 0, 1), 50, 0);
    assertArrayEquals(expected, states(LINEAR, new Beam(1, 4), 50, 0));
    Lab tokens = TokenLabs.t43(FirstHittingProcess::new);
    for (Svdd.Logits logits : Svdd.Logits.values()) {
      Algorithm svdd =
          Toys.algorithm("{svdd: {width: 3, logits: " + Names.kebab(logits.name()) + "}}");
      assertArrayEquals(states(tokens, svdd, 50, 0), states(tokens, ofTokens(1, 3, logits), 50, 0));
    }
  }

  private static Beam ofTokens(int a, int k, Svdd.Logits logits) {
    return new Beam(
        a,
        k,
        Keep.TOP,
        OptionalDouble.empty(),
        false,
        logits,
        Proposal.CURRENT,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        Returns.BEST);
  }

  /** One child of each state goes on: chains of SVDD, of which the best is returned, or all. */
  @ParameterizedTest
  @ValueSource(strings = {"TOP", "SOFT"})
  void familiesAreChainsOfSvddBitForBit(Keep keep) {
    Lab lab = G10.lab(1, 1, x -> -(x - 2) * (x - 2));
    double alpha = keep == Keep.TOP ? 0 : 0.3;
    assertArrayEquals(
        states(lab, svdd(4, alpha, 3), 20, 0),
        states(lab, beam(3, 4, keep, true, Returns.BEST), 20, 0));
    assertArrayEquals(
        states(lab, svdd(4, alpha, 1), 20, 0),
        states(lab, beam(20, 4, keep, true, Returns.BEAM), 20, 0));
  }

  /**
   * By the parent's logits survivors alone are denoised; a larger beam finds no less on average.
   */
  @Test
  void tokensAreValuedByTheirParentsForNothing() {
    Lab lab = TokenLabs.t43(FirstHittingProcess::new);
    Beam parent = ofTokens(2, 3, Svdd.Logits.PARENT);
    // Four reveals, all of which draw: six rewards each, and an evaluation a survivor but for the
    // last.
    assertEquals(Cost.of(2 * 4, 2 * 4, 6 * 4), parent.cost(lab.problem(1, Budget.UNLIMITED)));
    assertEquals(
        Cost.of(2 + 6 * 3, 2 + 6 * 3, 6 * 4),
        ofTokens(2, 3, Svdd.Logits.CHILD).cost(lab.problem(1, Budget.UNLIMITED)));
    SampleMoments gain = new SampleMoments();
    for (int trial = 0; trial < 40; trial++) {
      Batch many = lab.run(parent, 20, Budget.UNLIMITED, trial).states();
      Batch few = lab.run(new Pretrained(), 20, Budget.UNLIMITED, trial).states();
      double[] high = TokenLabs.rewards(lab, many);
      double[] low = TokenLabs.rewards(lab, few);
      for (int i = 0; i < high.length; i++) {
        gain.add(high[i] - low[i]);
      }
    }
    assertTrue(gain.mean() > 1, "gain " + gain.mean());
  }

  /** One beam a trial returns its best members, in the order of their places. */
  @Test
  void aBeamReturnsItsBestMembers() {
    Beam shared = beam(6, 3, Keep.TOP, false, Returns.BEAM);
    Samples all = LINEAR.run(shared, 6, Budget.UNLIMITED, 0);
    Samples best = LINEAR.run(shared, 2, Budget.UNLIMITED, 0);
    assertFalse(all.independent());
    assertTrue(LINEAR.run(new Beam(2, 3), 2, Budget.UNLIMITED, 0).independent());
    double[] members = ((Batch.Reals) all.states()).data();
    double[] sorted = members.clone();
    Arrays.sort(sorted);
    double[] expected = Arrays.stream(members).filter(x -> x >= sorted[4]).toArray();
    assertArrayEquals(expected, ((Batch.Reals) best.states()).data());
    Support.No no =
        assertInstanceOf(
            Support.No.class, shared.supports(LINEAR.problem(7, Budget.UNLIMITED)), "too few");
    assertTrue(no.reason().contains("6"), no.reason());
  }

  /**
   * One state and linear rewards: of K estimates with noise the best has the mean e s and the
   * variance u s^2 on top of the estimate, and all else of the chain is affine.
   */
  @ParameterizedTest
  @CsvSource({"1", "0.5"})
  void aBestDestinationHasItsClosedForm(double spread) {
    double e = 1.029375; // of the largest of four normals
    double u = 0.491715;
    GaussianProcess chain = (GaussianProcess) LINEAR.process();
    double mean = 0;
    double variance = 1;
    for (int level = STEPS; level >= 1; level--) {
      double signal = chain.signal(level);
      double slope = signal * 0.64 / (signal * signal * 0.64 + 1 - signal * signal);
      double[] shift = step(chain, level, 0, 0);
      double ofClean = step(chain, level, 0, 1)[0] - shift[0];
      double ofState = step(chain, level, 1, 0)[0] - shift[0];
      double n = chain.noise(level);
      double s = spread * n / Math.sqrt(1 + n * n);
      double clean = 0.5 + slope * (mean - signal * 0.5) + e * s;
      double factor = ofState + ofClean * slope;
      variance = factor * factor * variance + ofClean * ofClean * u * s * s + shift[1] * shift[1];
      mean = shift[0] + ofClean * clean + ofState * mean;
    }
    Beam beam = destination(1, 4, 1, spread);
    assertEquals(Cost.of(10, 10, 40), beam.cost(LINEAR.problem(1, Budget.UNLIMITED)));
    SampleMoments x = moments(LINEAR, beam, 16, 500);
    x.assertMean(mean, 4, "mean");
    assertEquals(variance, x.variance(), 4 * variance * Math.sqrt(2.4 / 8_000));
  }

  /** Mean and deviation of the step from a state with a clean estimate. */
  private static double[] step(GaussianProcess chain, int level, double x, double clean) {
    int[] one = {1};
    GaussianStep law =
        chain.law(
            new Batch.Reals(new double[] {x}, one),
            level,
            new Prediction.Mean(new Batch.Reals(new double[] {clean}, one)));
    return new double[] {law.mean().data()[0], law.std()};
  }

  /** Without noise on estimates each survivor is some start's own solution of the ODE. */
  @Test
  void anEstimateTakesItsOwnStateAlong() {
    Lab ode = G10.lab(1, 0, x -> -Math.abs(x - 0.7));
    Beam shared =
        new Beam(
            3,
            2,
            Keep.TOP,
            OptionalDouble.empty(),
            false,
            Svdd.Logits.CHILD,
            Proposal.DESTINATION,
            OptionalInt.of(2),
            OptionalDouble.of(0),
            Returns.BEAM);
    for (int trial = 0; trial < 20; trial++) {
      double found = states(ode, shared, 1, trial)[0];
      double[] solutions = states(ode, new Pretrained(), 3, trial);
      assertTrue(
          Arrays.stream(solutions).anyMatch(x -> x == found),
          found + " of " + Arrays.toString(solutions));
    }
    assertArrayEquals(
        states(ode, new Pretrained(), 9, 0), states(ode, destination(1, 1, 1, 0), 9, 0));
  }

  @Test
  void moreRoundsFindMore() {
    SampleMoments one = moments(LINEAR, destination(2, 4, 1, 1), 4, 500);
    SampleMoments two = moments(LINEAR, destination(2, 4, 2, 1), 4, 500);
    assertTrue(two.mean() > one.mean() + 1, one.mean() + " and " + two.mean());
  }

  /** Steps that draw no noise move the survivors, also the first and the last. */
  @Test
  void silentStepsMoveTheSurvivors() {
    AffineChain chain =
        new AffineChain(
            new double[] {0, 1, 1, 1, 1, 1}, new double[6], new double[] {0, 0, 1, 0, 1, 0}, 0, 1);
    Lab lab = chain.lab(new AffineChain.Parabola(0, 1, 0));
    Beam beam = new Beam(2, 3);
    // Levels 5, 3 and 1 are silent: two evaluations each but for the last, six at levels 4 and 2.
    assertEquals(
        Cost.of(2 + 2 + 6 + 2 + 6, 18, 6 + 6 + 2), beam.cost(lab.problem(1, Budget.UNLIMITED)));
    assertTrue(moments(lab, beam, 4, 200).mean() > 1.5);
  }

  /** What is left of a budget does not pay for one more child a state, or one more state. */
  @ParameterizedTest
  @ValueSource(ints = {97, 331})
  void theBudgetIsFilled(int budget) {
    Budget limit = Budget.of(Unit.NFE, budget);
    long filled = Beam.DEFAULT.cost(LINEAR.problem(1, limit)).nfe();
    assertTrue(filled <= budget && filled + 2 * 9 > budget, "by children: " + filled);
    LINEAR.run(Beam.DEFAULT, 1, limit, 0);
    Beam wide = new Beam(0, 3);
    filled = wide.cost(LINEAR.problem(1, limit)).nfe();
    assertTrue(filled <= budget && filled + 1 + 3 * 9 > budget, "by states: " + filled);
    LINEAR.run(wide, 1, limit, 0);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Beam(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Beam(1 << 10, 1 << 10));
    assertThrows(IllegalArgumentException.class, () -> destination(1, 1, 0, 1));
    Support.No no =
        assertInstanceOf(
            Support.No.class,
            new Beam(2, 2).supports(G10.lab(1, 0, x -> x).problem(1, Budget.UNLIMITED)));
    assertTrue(no.reason().contains("eta 0"), no.reason());
    Lab tokens = TokenLabs.t43(FirstHittingProcess::new);
    no =
        assertInstanceOf(
            Support.No.class,
            destination(1, 2, 1, 1).supports(tokens.problem(1, Budget.UNLIMITED)));
    assertTrue(no.reason().contains("tokens"), no.reason());
  }

  /** Blockwise control is SVDD with blocks. */
  @Test
  void codeIsSvddWithBlocks() {
    Svdd blocks =
        new Svdd(
            4,
            0,
            Svdd.Value.POSTERIOR_MEAN,
            OptionalInt.of(5),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty());
    assertArrayEquals(states(LINEAR, blocks, 40, 3), states(LINEAR, new Code(4, 5), 40, 3));
    assertEquals(37, new Code(4, 5).cost(LINEAR.problem(1, Budget.UNLIMITED)).nfe());
    SampleMoments x = moments(LINEAR, new Code(4, 5), 8, 500);
    x.assertMean(1.249502, 4, "two selections, each of the best of four");
    assertArrayEquals(states(LINEAR, svdd(4, 0, 1), 40, 3), states(LINEAR, new Code(4, 1), 40, 3));
  }
}
