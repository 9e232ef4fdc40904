package io.github.tiltbench.algorithm.twist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.QuadraticPotential;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.exactness.AffineChain;
import io.github.tiltbench.exactness.AffineChain.Parabola;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a chain of one number, whose best twists are known. */
class TriTsmcTest {
  private static final double LINEAR_EVIDENCE = 1.7778300923625;
  private static final double BOWL_EVIDENCE = -0.101830043203549;
  private static final AffineChain CHAIN = AffineChain.of(5, 0.9, 0.1, 0.2, 0, 1);
  private static final Parabola LINEAR = new Parabola(0, 1.5, 0);
  private static final Parabola BOWL = new Parabola(0.8, 0.6, 0);
  private static final Parabola NOTHING = new Parabola(0, 0, 0);
  private static final TwistFamily QUADRATIC = new QuadraticFamily();
  private static final TwistFamily CONSTANTS = new ControlFamily(ControlFeatures.CONSTANT, 0, true);

  /** The best potentials of the levels 0..5. */
  private static QuadraticPotential[] optimal(Parabola reward) {
    return Arrays.stream(CHAIN.twists(reward))
        .map(p -> new QuadraticPotential(new double[] {p.slope()}, new double[] {p.curvature()}))
        .toArray(QuadraticPotential[]::new);
  }

  private static TriTsmc tri(
      TwistFamily twist, int rounds, int rollouts, double radius, int n, TriTsmc.Ahead ahead) {
    return new TriTsmc(
        twist,
        rounds,
        rollouts,
        0.5,
        radius,
        1,
        n,
        ResamplingScheme.SYSTEMATIC,
        0.5,
        ahead,
        OutputRule.ALL);
  }

  private static LearnedTwist given(Twist twist) {
    return new LearnedTwist(twist, Map.of());
  }

  /** One trial with a twist that was not learned. */
  private static Samples sample(Lab lab, Twist twist, TriTsmc method, int n, int repetition) {
    return lab.run(new Fixed(method, given(twist)), n, Budget.UNLIMITED, repetition);
  }

  /** Samples with a twist given beforehand. */
  private record Fixed(TriTsmc method, LearnedTwist twist) implements Algorithm {
    @Override
    public Samples sample(Problem problem, Session session) {
      return method.sample(problem, session, twist);
    }

    @Override
    public Cost cost(Problem problem) {
      return method.sampleCost(problem);
    }
  }

  private static LearnedTwist learn(Parabola reward, TriTsmc method, int repetition) {
    Rehearsal rehearsal = new Rehearsal(method);
    CHAIN.lab(reward).run(rehearsal, 2, Budget.UNLIMITED, repetition);
    return rehearsal.learned;
  }

  /** Keeps what is learned. */
  private static final class Rehearsal implements Algorithm {
    private final TriTsmc method;
    private LearnedTwist learned;

    Rehearsal(TriTsmc method) {
      this.method = method;
    }

    @Override
    public Samples sample(Problem problem, Session session) {
      learned = method.fit(problem, session);
      return method.sample(problem, session, learned);
    }

    @Override
    public Cost cost(Problem problem) {
      return method.cost(problem);
    }
  }

  /** What the population would do at N = infinity: the running strength s_j and each tau_j. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.293159963, 0.586319926, 0.879479889, 0.293159963, 0.414747252, 0.708663485",
    "0.25, 0.463526601, 0.927053202, 1, 0.463526601, 0.864025321, 1",
    "0.5, 0.655525605, 1, 1, 0.655525605, 1, 1"
  })
  void strengthensAsTheClosedFormSays(
      double radius, double s1, double s2, double s3, double tau1, double tau2, double tau3) {
    double[] strength = {s1, s2, s3};
    double[] tau = {tau1, tau2, tau3};
    for (TwistFamily family : new TwistFamily[] {QUADRATIC, CONSTANTS}) {
      for (int j = 1; j <= 3; j++) {
        LearnedTwist found =
            learn(LINEAR, tri(family, j, 20_000, radius, 2, TriTsmc.Ahead.NONE), 0);
        QuadraticPotential[] best = optimal(new Parabola(0, 1.5 * strength[j - 1], 0));
        for (int level = 0; level <= CHAIN.steps(); level++) {
          double at = best[level].linear()[0];
          assertEquals(at, slope(found.twist(), level, best), 0.08, family + ", level " + level);
        }
        double tolerance = j == 1 ? 0.03 : 0.05; // a later tau carries the errors of earlier ones
        assertEquals(tau[j - 1], found.scalars().get("fit_tau_" + j), tolerance, family + "");
      }
    }
  }

  /** The slope of a log-twist of a level at the mean that the best twists would lead to. */
  private static double slope(Twist twist, int level, QuadraticPotential[] best) {
    if (twist instanceof ControlTwist control) {
      double[][] theta = control.theta();
      return level == CHAIN.steps() ? theta[0][0] : theta[level + 1][0];
    }
    double mean = best[CHAIN.steps()].linear()[0];
    for (int t = CHAIN.steps() - 1; t >= level; t--) {
      double push = CHAIN.v()[t + 1] * best[t].linear()[0];
      mean = CHAIN.a()[t + 1] * mean + CHAIN.b()[t + 1] + push;
    }
    QuadraticPotential psi = ((QuadraticTwist) twist).psi()[level];
    return psi.linear()[0] - psi.precision()[0] * mean;
  }

  @Test
  void learnsCurvatureToo() {
    LearnedTwist found = learn(BOWL, tri(QUADRATIC, 3, 20_000, 1, 2, TriTsmc.Ahead.NONE), 0);
    QuadraticPotential[] best = optimal(BOWL);
    QuadraticPotential[] psi = ((QuadraticTwist) found.twist()).psi();
    for (int level = 0; level <= CHAIN.steps(); level++) {
      assertEquals(best[level].linear()[0], psi[level].linear()[0], 0.08);
      assertEquals(best[level].precision()[0], psi[level].precision()[0], 0.1);
    }
    assertTrue(found.scalars().get("fit_ess_3") > 0.999, found.scalars().toString());
  }

  /** With the optimal twist each particle's weight is Z whenever it is looked at. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOptimalTwistLeavesNoVariance(boolean linear) {
    QuadraticPotential[] best = linear ? optimal(LINEAR) : optimal(BOWL);
    double evidence = linear ? LINEAR_EVIDENCE : BOWL_EVIDENCE;
    TriTsmc method = tri(QUADRATIC, 1, 16, 0.5, 16, TriTsmc.Ahead.NONE);
    Samples samples =
        sample(CHAIN.lab(linear ? LINEAR : BOWL), new QuadraticTwist(best), method, 16, 0);
    for (double log : samples.logWeights()) {
      assertEquals(evidence, log, 1e-9);
    }
    assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, samples.traces().get("ess"), 1e-9);
    assertEquals(evidence, samples.scalars().get("log_evidence"), 1e-9);
  }

  /** Equal weights say nothing new, down to the rounding of the weights. */
  @Test
  void theOptimalTwistStays() {
    QuadraticTwist best = new QuadraticTwist(optimal(BOWL));
    Lab lab = CHAIN.lab(BOWL);
    LearnedTwist[] kept = new LearnedTwist[1];
    Algorithm once =
        new Rounds((p, s) -> kept[0] = new TwistLearning(p, s, 64, 0.5, 1).learn(best, 3));
    lab.run(once, 64, Budget.UNLIMITED, 0);
    assertEquals(1, kept[0].scalars().get("fit_tau_1"));
    QuadraticPotential[] psi = ((QuadraticTwist) kept[0].twist()).psi();
    for (int level = 0; level <= CHAIN.steps(); level++) {
      assertArrayEquals(best.psi()[level].linear(), psi[level].linear(), 1e-9);
      assertArrayEquals(best.psi()[level].precision(), psi[level].precision(), 1e-9);
    }
  }

  @Test
  void theOptimalControlStays() {
    QuadraticPotential[] best = optimal(LINEAR);
    double[][] theta = new double[CHAIN.steps() + 1][];
    theta[0] = best[CHAIN.steps()].linear();
    for (int bin = 1; bin <= CHAIN.steps(); bin++) {
      theta[bin] = best[bin - 1].linear();
    }
    Twist control = new ControlTwist(ControlFeatures.CONSTANT, 1, CHAIN.steps(), theta);
    LearnedTwist[] kept = new LearnedTwist[1];
    Algorithm once =
        new Rounds((p, s) -> kept[0] = new TwistLearning(p, s, 64, 0.5, 1).learn(control, 3));
    CHAIN.lab(LINEAR).run(once, 64, Budget.UNLIMITED, 0);
    assertEquals(1, kept[0].scalars().get("fit_ess_3"), 1e-9);
    for (int bin = 0; bin < theta.length; bin++) {
      assertArrayEquals(theta[bin], ((ControlTwist) kept[0].twist()).theta()[bin], 1e-9);
    }
  }

  /** Under equal weights all there is to fit is luck, and that is taken off. */
  @Test
  void equalWeightsFitTheTwistThatMoved() {
    double[] equal = new double[64];
    Arrays.fill(equal, 1.0 / 64);
    QuadraticTwist levels = new QuadraticTwist(optimal(BOWL));
    ControlTwist control = (ControlTwist) badPushes(new SplittableRandom(8));
    for (Twist twist : new Twist[] {levels, control}) {
      Twist.Gathered gathered = twist.gather(64);
      StepLaw prior = CHAIN.initial(64);
      Move move = twist.start(prior, Seed.of(3, "", 0).noise(Purpose.FIT, 6));
      gathered.start(prior, move.next());
      Twist fitted = gathered.project(equal, 0.1);
      if (fitted instanceof ControlTwist c) {
        assertArrayEquals(control.theta()[0], c.theta()[0], 1e-12);
      } else {
        QuadraticPotential psi = ((QuadraticTwist) fitted).psi()[CHAIN.steps()];
        assertEquals(levels.psi()[CHAIN.steps()].linear()[0], psi.linear()[0], 1e-12);
        assertEquals(levels.psi()[CHAIN.steps()].precision()[0], psi.precision()[0], 1e-12);
      }
    }
  }

  private interface Lesson {
    LearnedTwist of(Problem problem, Session session);
  }

  /** Learning alone: three rounds of 64. */
  private record Rounds(Lesson lesson) implements Algorithm {
    @Override
    public Samples sample(Problem problem, Session session) {
      lesson.of(problem, session);
      return Samples.independent(new Batch.Reals(new double[64], new int[] {1}));
    }

    @Override
    public Cost cost(Problem problem) {
      return Cost.of(192L * CHAIN.steps(), 192L * CHAIN.steps(), 192);
    }
  }

  /** Nothing to learn, nothing learned: the draws are those of the model. */
  @Test
  void withoutRewardTheModelStays() {
    Batch.Reals plain =
        (Batch.Reals) CHAIN.lab(NOTHING).run(new Pretrained(), 8, Budget.UNLIMITED, 0).states();
    for (TwistFamily family :
        new TwistFamily[] {
          QUADRATIC,
          CONSTANTS,
          new ControlFamily(ControlFeatures.SHARED, 2, true),
          NetworkFamily.DEFAULT
        }) {
      TriTsmc method = tri(family, 3, 16, 0.25, 8, TriTsmc.Ahead.NONE);
      Samples samples = CHAIN.lab(NOTHING).run(method, 8, Budget.UNLIMITED, 0);
      assertArrayEquals(plain.data(), ((Batch.Reals) samples.states()).data());
      assertEquals(0, samples.scalars().get("log_evidence"));
      assertEquals(1, samples.scalars().get("fit_tau_3"));
      assertEquals(0, samples.scalars().get("fit_moved_3"));
    }
  }

  /** Unlearned it is bootstrap SMC, or importance sampling from the model. */
  @Test
  void withoutRoundsItIsSmc() {
    for (TwistFamily family : new TwistFamily[] {QUADRATIC, CONSTANTS, NetworkFamily.DEFAULT}) {
      Samples steered =
          CHAIN
              .lab(BOWL)
              .run(
                  tri(family, 0, 0, 0.5, 16, TriTsmc.Ahead.POSTERIOR_MEAN),
                  16,
                  Budget.UNLIMITED,
                  3);
      Samples smc =
          CHAIN
              .lab(BOWL)
              .run(
                  new BootstrapSmc(
                      16,
                      ResamplingScheme.SYSTEMATIC,
                      0.5,
                      Decoding.POSTERIOR_MEAN,
                      1,
                      OutputRule.ALL),
                  16,
                  Budget.UNLIMITED,
                  3);
      assertArrayEquals(smc.logWeights(), steered.logWeights(), 1e-12);
      assertArrayEquals(
          ((Batch.Reals) smc.states()).data(), ((Batch.Reals) steered.states()).data());
      Samples plain =
          CHAIN
              .lab(BOWL)
              .run(tri(family, 0, 0, 0.5, 16, TriTsmc.Ahead.NONE), 16, Budget.UNLIMITED, 3);
      double[] reward =
          Arrays.stream(((Batch.Reals) plain.states()).data()).map(BOWL::at).toArray();
      assertEquals(new Weights(reward).logMean(), plain.scalars().get("log_evidence"), 1e-12);
    }
  }

  /** Any twist, however bad, leaves the evidence unbiased: with resampling and without. */
  @ParameterizedTest
  @CsvSource({"false, NONE", "false, POSTERIOR_MEAN", "true, NONE", "true, POSTERIOR_MEAN"})
  void badTwistsAreUnbiased(boolean quadratic, TriTsmc.Ahead ahead) {
    RandomGenerator random = new SplittableRandom(5);
    TriTsmc method = tri(quadratic ? QUADRATIC : CONSTANTS, 1, 2, 0.5, 64, ahead);
    Lab lab = CHAIN.lab(LINEAR);
    int trials = 2_000;
    double sum = 0;
    double squares = 0;
    for (int trial = 0; trial < trials; trial++) {
      Twist bad = quadratic ? badPotentials(random) : badPushes(random);
      double log = sample(lab, bad, method, 64, trial).scalars().get("log_evidence");
      double ratio = Math.exp(log - LINEAR_EVIDENCE);
      sum += ratio;
      squares += ratio * ratio;
    }
    double mean = sum / trials;
    double error = Math.sqrt((squares / trials - mean * mean) / trials);
    assertEquals(1, mean, 4 * error);
    assertTrue(error < 0.05, "the test says little: " + error);
  }

  private static Twist badPotentials(RandomGenerator random) {
    QuadraticPotential[] psi = new QuadraticPotential[CHAIN.steps() + 1];
    for (int level = 0; level < psi.length; level++) {
      double[] precision = {random.nextDouble(-0.2, 0.3)};
      psi[level] = new QuadraticPotential(new double[] {0.4 * random.nextGaussian()}, precision);
    }
    return new QuadraticTwist(psi);
  }

  private static Twist badPushes(RandomGenerator random) {
    double[][] theta = new double[3][];
    theta[0] = new double[] {0.4 * random.nextGaussian()};
    for (int bin = 1; bin < 3; bin++) {
      theta[bin] = random.doubles(3, -0.5, 0.5).toArray();
    }
    return new ControlTwist(ControlFeatures.LINEAR, 1, CHAIN.steps(), theta);
  }

  /** A shared twist ties the samples of a trial together; a twist learned beforehand does not. */
  @Test
  void samplesThatShareATwistAreNotIndependent() {
    TriTsmc one =
        new TriTsmc(
            CONSTANTS,
            1,
            8,
            0.5,
            0.5,
            1,
            4,
            ResamplingScheme.SYSTEMATIC,
            0.5,
            TriTsmc.Ahead.NONE,
            OutputRule.ONE);
    Lab lab = CHAIN.lab(LINEAR);
    assertFalse(lab.run(one, 3, Budget.UNLIMITED, 0).independent());
    TriTsmc none =
        new TriTsmc(
            CONSTANTS,
            0,
            0,
            0.5,
            0.5,
            1,
            4,
            ResamplingScheme.SYSTEMATIC,
            0.5,
            TriTsmc.Ahead.NONE,
            OutputRule.ONE);
    assertTrue(lab.run(none, 3, Budget.UNLIMITED, 0).independent());
  }

  /** Learning takes its share, the populations the rest; with a fit budget each has its own. */
  @Test
  void fillsTheBudget() {
    TriTsmc method = TriTsmc.DEFAULT;
    Lab lab = CHAIN.lab(LINEAR);
    Problem own = lab.problem(2, Budget.of(Unit.NFE, 1_000));
    assertEquals(3 * 33 * 5, method.fitCost(own).nfe()); // 500 pay for 33 trajectories of 15
    assertEquals(2 * 50 * 5, method.sampleCost(own).nfe()); // 505 are left
    assertEquals(2 * 50 * 6, method.sampleCost(own).reward());
    assertEquals(995, method.cost(own).nfe());
    Problem apart =
        new Problem(
            own.space(),
            own.process(),
            2,
            1,
            own.budget(),
            Optional.of(Budget.of(Unit.NFE, 600)),
            1,
            false);
    assertEquals(600, method.fitCost(apart).nfe());
    assertEquals(1_000, method.cost(apart).nfe());
    lab.run(method, 2, Budget.of(Unit.NFE, 1_000), 0);
  }
}
