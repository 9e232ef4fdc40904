package io.github.tiltbench.algorithm.smc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.exactness.AffineChain;
import io.github.tiltbench.exactness.AffineChain.Parabola;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Particles that start from chains of noise. */
class PsiTest {
  /** A chain whose start says much of its end, and whose model predicts the state itself. */
  private static final AffineChain CHAIN = AffineChain.of(4, 0.9, 0.1, 0.2, 0, 1);

  private static final Parabola REWARD = new Parabola(0.5, 1.2, 0);

  private static Psi psi(
      int particles, int chains, int iterations, double temperature, Psi.Steps steps) {
    return new Psi(
        particles,
        chains,
        iterations,
        0.5,
        Psi.Moves.PCNL,
        OptionalDouble.empty(),
        temperature,
        steps,
        ResamplingScheme.SSP,
        0.5,
        OutputRule.ALL);
  }

  /** Mean and variance of x_0, tilted. */
  private static double[] tilted() {
    double mean = 0;
    double variance = 1;
    for (int i = 0; i < 4; i++) {
      mean = 0.9 * mean + 0.1;
      variance = 0.81 * variance + 0.2;
    }
    double precision = 1 / variance + REWARD.curvature();
    return new double[] {(mean / variance + REWARD.slope()) / precision, 1 / precision};
  }

  /** Whatever the temperature of the chains, what they leave out is made up for by weights. */
  @ParameterizedTest
  @CsvSource({"1, TDS", "3, TDS", "3, DAS"})
  void meetsTheTiltedLaw(double temperature, Psi.Steps steps) {
    double[] law = tilted();
    SampleMoments mean = new SampleMoments();
    SampleMoments square = new SampleMoments();
    Lab lab = CHAIN.lab(REWARD);
    Psi psi = psi(200, 200, 12, temperature, steps);
    for (int trial = 0; trial < 120; trial++) {
      Samples samples = lab.run(psi, 200, Budget.UNLIMITED, trial);
      double[] w = new Weights(samples.logWeights()).normalised();
      double[] x = ((Batch.Reals) samples.states()).data();
      double first = 0;
      double second = 0;
      for (int i = 0; i < x.length; i++) {
        first += w[i] * x[i];
        second += w[i] * (x[i] - law[0]) * (x[i] - law[0]);
      }
      mean.add(first);
      square.add(second);
    }
    mean.assertMean(law[0], 4, "mean");
    square.assertMean(law[1], 4, "variance");
  }

  /** At the temperature of the target all particles start with the same weight. */
  @Test
  void startsWithEqualWeights() {
    Lab lab = CHAIN.lab(REWARD);
    assertEquals(
        1, lab.run(psi(8, 2, 9, 1, Psi.Steps.TDS), 8, Budget.UNLIMITED, 1).traces().get("ess")[0]);
    Samples warm = lab.run(psi(8, 2, 9, 4, Psi.Steps.TDS), 8, Budget.UNLIMITED, 1);
    assertTrue(warm.traces().get("ess")[0] < 0.999);
    Samples das = lab.run(psi(8, 2, 9, 4, Psi.Steps.DAS), 8, Budget.UNLIMITED, 1);
    assertEquals(1, das.traces().get("ess")[0], 1e-12);
    assertFalse(das.scalars().containsKey("log_evidence"), "nobody knows the constant");
  }

  /**
   * On an analytic model noise says next to nothing: the draws of a population are those of tds.
   */
  @Test
  void changesNothingOnAnalyticModels() {
    Lab lab = ddim();
    SampleMoments mean = new SampleMoments();
    Psi one = psi(16, 4, 8, 1, Psi.Steps.TDS);
    String warnings = one.warnings(lab.problem(16, Budget.UNLIMITED)).toString();
    assertTrue(warnings.contains("level T has signal 0.006: its chains change nothing"), warnings);
    for (int trial = 0; trial < 400; trial++) {
      Samples samples = lab.run(one, 16, Budget.UNLIMITED, trial);
      assertTrue(samples.scalars().get("accepted") > 0.999);
      double[] w = new Weights(samples.logWeights()).normalised();
      double[] x = ((Batch.Reals) samples.states()).data();
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += w[i] * x[i];
      }
      mean.add(sum);
    }
    mean.assertMean(0.833244, 4, "the tilted mean");
  }

  /** N(0.5, 0.64) on ten steps of DDIM, reward x. */
  private static Lab ddim() {
    String scheduler =
        """
        {"timestep_spacing": "trailing", "clip_sample": false}
        """;
    Ddim ddim = new Ddim(10, 1, SchedulerFile.of("scheduler", scheduler));
    Gaussian model = new Gaussian(new double[] {0.5}, new double[] {0.64}, ddim);
    return new Lab(model.open(), model.reverse(), new Linear(new double[] {1}, 0), 1);
  }

  /** Of what is not burnt the last states are kept, evenly spaced. */
  @Test
  void theLastStatesAreKept() {
    NoiseChains chains = new NoiseChains(LangevinMove.crankNicolson(0.5), 5, 50, 25, 1);
    assertArrayEquals(new int[] {50, 38}, chains.kept(2));
    assertArrayEquals(new int[] {50, 42, 34}, chains.kept(3));
    int[] all = chains.kept(25);
    assertEquals(26, Arrays.stream(all).min().orElseThrow());
    assertEquals(25, Arrays.stream(all).distinct().count());
  }

  /** What is kept of a state is what belongs to it, wherever its chain went. */
  @Test
  void answersBelongToTheirStates() {
    Lab lab = CHAIN.lab(REWARD);
    Problem problem = lab.problem(7, Budget.UNLIMITED);
    Session session = lab.session(problem, new Meter(Budget.UNLIMITED), 3);
    NoiseChains.Kept kept =
        new NoiseChains(LangevinMove.crankNicolson(2), 3, 10, 4, 0.3)
            .run(CHAIN, session, Addressing.WHOLE, 7);
    double[] x = ((Batch.Reals) kept.x()).data();
    assertEquals(7, x.length);
    assertArrayEquals(
        Arrays.stream(x).map(REWARD::at).toArray(), kept.known().value().values(), 1e-15);
    assertArrayEquals(
        Arrays.stream(x).map(y -> 1.2 - 0.5 * y).toArray(), kept.known().gradient().data(), 1e-15);
    assertTrue(kept.accepted() > 0.1 && kept.accepted() < 1, "accepted " + kept.accepted());
  }

  /** T = 4: c (1 + I) gradients at level T, then N particles without that level. */
  @ParameterizedTest
  @CsvSource({
    // N, c, I; nfe, backward, reward
    "10, 5, 50, 285, 285, 295", // 255 + 30; 255 + 30; 255 + 40
    "2, 5, 3, 14, 14, 16", // two chains
    "10, 5, 0, 60, 60, 70" // 5 (1 + 5) + 30
  })
  void costs(int n, int chains, int moves, int nfe, int backward, int rewards) {
    Lab lab = CHAIN.lab(REWARD);
    Psi psi = psi(n, chains, moves, 1, Psi.Steps.TDS);
    Cost cost = psi.cost(lab.problem(1, Budget.UNLIMITED));
    assertEquals(new Cost(nfe, nfe, backward, rewards, 0), cost);
    lab.run(psi, 1, Budget.UNLIMITED, 0);
  }

  /** A budget buys particles, as much of chains, and more of them for what is left. */
  @ParameterizedTest
  @CsvSource({"97, 16, 8, 93", "331, 55, 32, 330", "20, 3, 2, 18"})
  void aBudgetBuysParticlesAndChains(int budget, int particles, int moves, int spent) {
    Lab lab = CHAIN.lab(REWARD);
    Budget all = Budget.of(Unit.NFE, budget);
    Psi filling = psi(0, 5, 0, 1, Psi.Steps.TDS);
    Problem problem = lab.problem(1, all);
    assertEquals(filling.cost(problem), psi(particles, 5, moves, 1, Psi.Steps.TDS).cost(problem));
    assertEquals(spent, filling.cost(problem).nfe());
    lab.run(filling, 1, all, 0);
  }

  private static Psi burning(double share) {
    return new Psi(
        9,
        2,
        0,
        share,
        Psi.Moves.PCNL,
        OptionalDouble.empty(),
        1,
        Psi.Steps.TDS,
        ResamplingScheme.SSP,
        0.5,
        OutputRule.ALL);
  }

  /** Five states of each chain are kept of 4001 moves; of nearly none that many never are. */
  @Test
  void burnsInAsLongAsIsAsked() {
    Problem problem = CHAIN.lab(REWARD).problem(1, Budget.UNLIMITED);
    assertEquals(2 * (1 + 4001) + 9 * 3, burning(0.999).cost(problem).nfe());
    Support.No no =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertInstanceOf(Support.No.class, burning(1 - 1e-12).supports(problem)));
    assertEquals("2 states of its chains cannot start 9 particles", no.reason());
    assertThrows(
        IllegalArgumentException.class, () -> psi(9, 2, Integer.MAX_VALUE, 1, Psi.Steps.TDS));
  }

  @Test
  void skipsAndWarnings() {
    Problem problem = CHAIN.lab(REWARD).problem(1, Budget.UNLIMITED);
    Support few = psi(9, 2, 3, 1, Psi.Steps.TDS).supports(problem);
    assertEquals(
        "4 states of its chains cannot start 9 particles",
        assertInstanceOf(Support.No.class, few).reason());
    assertInstanceOf(Support.Yes.class, psi(9, 2, 9, 1, Psi.Steps.TDS).supports(problem));
    Problem tokens = TokenLabs.t43(FirstHittingProcess::new).problem(1, Budget.UNLIMITED);
    assertInstanceOf(Support.No.class, psi(9, 2, 9, 1, Psi.Steps.DAS).supports(tokens));
    Psi ula =
        new Psi(
            9,
            2,
            9,
            0.5,
            Psi.Moves.ULA,
            OptionalDouble.empty(),
            1,
            Psi.Steps.TDS,
            ResamplingScheme.SSP,
            0.5,
            OutputRule.ALL);
    assertTrue(ula.warnings(problem).toString().contains("takes every move"));
  }
}
