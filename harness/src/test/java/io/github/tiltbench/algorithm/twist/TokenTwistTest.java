package io.github.tiltbench.algorithm.twist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.TwistPolicy;
import io.github.tiltbench.algorithm.smc.TwistedChain;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Learned tilts of tokens, held against the exact laws of paths. */
class TokenTwistTest {
  private static ReverseProcess ancestral(StateSpace.Sequence space) {
    return new MaskedProcess(space, 4);
  }

  private static ReverseProcess firstHitting(StateSpace.Sequence space) {
    return new FirstHittingProcess(space);
  }

  /** One of the two. */
  private static Function<StateSpace.Sequence, ReverseProcess> chain(boolean firstHitting) {
    return firstHitting ? TokenTwistTest::firstHitting : TokenTwistTest::ancestral;
  }

  private static LearnedTwist learn(
      Lab lab, TokenFamily family, int rollouts, double radius, double ridge, int rounds) {
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    return new TwistLearning(
            problem, lab.session(problem, new Meter(Budget.UNLIMITED), 0), rollouts, radius, ridge)
        .learn(family.one(problem), rounds);
  }

  /** The step law from a state under a twist. */
  private static double[] twisted(Lab lab, ExactPaths exact, TokenTwist twist, int level, int s) {
    int n = exact.states();
    int[] all = new int[4 * n];
    int[] from = new int[4 * n];
    for (int to = 0; to < n; to++) {
      System.arraycopy(exact.state(to), 0, all, 4 * to, 4);
      System.arraycopy(exact.state(s), 0, from, 4 * to, 4);
    }
    Batch.Tokens x = new Batch.Tokens(from, 4);
    Prediction p = lab.denoiser().denoise(x, new int[] {level}, null);
    StepLaw law = lab.process().law(x, level, p).tilt(twist.tilt(x, level));
    double[] log = law.logDensity(new Batch.Tokens(all, 4));
    return Arrays.stream(log).map(Math::exp).toArray();
  }

  /** E[w^2] / E[w]^2 of whole paths under a twist, by going back over the levels. */
  private static double unevenness(Lab lab, TokenTwist twist) {
    ExactPaths exact = new ExactPaths(lab);
    double[] h = new double[exact.states()];
    Arrays.setAll(h, s -> Math.pow(exact.psi(0, s), 2));
    for (int level = 1; level <= lab.process().steps(); level++) {
      double[] above = new double[h.length];
      for (int s = 0; s < h.length; s++) {
        double[] p = exact.kernel(level, s);
        if (p != null) {
          double[] q = twisted(lab, exact, twist, level, s);
          for (int to = 0; to < h.length; to++) {
            above[s] += p[to] > 0 ? p[to] * p[to] / q[to] * h[to] : 0;
          }
        }
      }
      h = above;
    }
    return h[exact.start()] / Math.pow(exact.evidence(), 2);
  }

  /**
   * Rounds with a number a position, step and token: how far each goes, and how uneven the weights
   * are in the end, against the population's own numbers.
   */
  @ParameterizedTest
  @CsvSource({
    "0.25, 0.38455474, 0.47740525, 0.70586940, 1.434087",
    "0.5, 0.51240701, 0.78991968, 1, 1.490967",
    "1e9, 1, 1, 1, 1.490967"
  })
  void roundsFollowThePopulation(
      double radius, double first, double second, double third, double after) {
    Lab lab = TokenLabs.neighbours(TokenTwistTest::ancestral);
    TokenFamily family = new TokenFamily(TokenFeatures.POSITION, 0);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    assertEquals(22.792067, unevenness(lab, (TokenTwist) family.one(problem)), 1e-6);
    LearnedTwist learned = learn(lab, family, 3000, radius, 0.1, 3);
    Map<String, Double> told = learned.scalars();
    assertEquals(first, told.get("fit_tau_1"), 0.04);
    assertEquals(second, told.get("fit_tau_2"), 0.04);
    assertEquals(third, told.get("fit_tau_3"), 0.04);
    assertEquals(after, unevenness(lab, (TokenTwist) learned.twist()), 0.05 * after);
  }

  /** Whatever the twist: the luck of the draws is taken off. */
  @Test
  void whereWeightsAreEqualNothingMoves() {
    for (TokenFeatures features : TokenFeatures.values()) {
      Lab lab = TokenLabs.neighbours(chain(features == TokenFeatures.TABLE));
      Problem problem = lab.problem(1, Budget.UNLIMITED);
      TokenTwist twist = random(new TokenFamily(features, 2), problem);
      Twist.Gathered gathered = walked(lab, twist, 50);
      double[] equal = new double[50];
      Arrays.fill(equal, 1.0 / 50);
      TokenTwist same = (TokenTwist) gathered.project(equal, 0.01);
      for (int k = 0; k < same.theta().length; k++) {
        assertEquals(twist.theta()[k], same.theta()[k], 1e-12);
      }
    }
  }

  private static TokenTwist random(TokenFamily family, Problem problem) {
    SplittableRandom random = new SplittableRandom(2);
    TokenTwist one = (TokenTwist) family.one(problem);
    return one.with(Arrays.stream(one.theta()).map(t -> 1.4 * random.nextDouble() - 0.7).toArray());
  }

  /** Trajectories by a twist, whose log-ratios must be those of the moves that made them. */
  private static Twist.Gathered walked(Lab lab, TokenTwist twist, int n) {
    Twist.Gathered gathered = twist.gather(n);
    ReverseProcess process = lab.process();
    Batch x = process.prior(n, Lab.seed(0).noise(Purpose.PRIOR, process.steps()));
    double[] sum = new double[n];
    for (int level = process.steps(); level >= 1; level--) {
      int[] levels = new int[n];
      Arrays.fill(levels, level);
      Prediction p = lab.denoiser().denoise(x, levels, null);
      StepLaw law = process.law(x, level, p);
      Move move = twist.move(law, x, p, level, Lab.seed(0).noise(Purpose.STEP, level));
      gathered.step(law, x, p, level, move.next());
      for (int i = 0; i < n; i++) {
        sum[i] += move.logRatio()[i];
      }
      x = move.next();
    }
    double[] told = gathered.logRatio(twist);
    for (int i = 0; i < n; i++) {
      assertEquals(-sum[i], told[i], 1e-10);
    }
    return gathered;
  }

  private static TriTsmc tri(TokenFeatures features, TriTsmc.Ahead ahead, int n) {
    return new TriTsmc(
        new TokenFamily(features, 2),
        2,
        n,
        0.5,
        0.5,
        1,
        n,
        ResamplingScheme.SYSTEMATIC,
        0.5,
        ahead,
        OutputRule.ALL);
  }

  /** Evidence is unbiased whatever was learned, and the meter agrees with the price. */
  @ParameterizedTest
  @EnumSource(TokenFeatures.class)
  void evidenceIsUnbiased(TokenFeatures features) {
    Lab lab = TokenLabs.t43(chain(features != TokenFeatures.SHARED));
    double truth = new ExactPaths(lab).evidence();
    for (TriTsmc.Ahead ahead : TriTsmc.Ahead.values()) {
      SampleMoments z = new SampleMoments();
      for (int trial = 0; trial < 200; trial++) {
        Samples samples = lab.run(tri(features, ahead, 16), 16, Budget.UNLIMITED, trial);
        z.add(Math.exp(samples.scalars().get("log_evidence")) / truth);
      }
      z.assertMean(1, 4, features + " " + ahead);
    }
  }

  /** The table of what each reveal is worth, from the exact values. */
  private static TokenTwist optimal(Lab lab, ExactPaths exact) {
    TokenFamily family = new TokenFamily(TokenFeatures.TABLE, 1);
    TokenTwist one = (TokenTwist) family.one(lab.problem(1, Budget.UNLIMITED));
    double[] theta = one.theta().clone();
    for (int s = 0; s < exact.states(); s++) {
      int[] tokens = exact.state(s);
      int level = (int) Arrays.stream(tokens).filter(t -> t == 3).count();
      for (int position = 0; position < 4; position++) {
        for (int v = 0; tokens[position] == 3 && v < 3; v++) {
          int[] next = tokens.clone();
          next[position] = v;
          int part = one.parts(tokens, position, level)[0];
          theta[3 * part + v] = Math.log(exact.psi(level - 1, exact.index(next)));
        }
      }
    }
    return one.with(theta);
  }

  /** Moved and weighed by the exact values, every particle weighs Z at every level. */
  @Test
  void exactValuesLeaveNoVariance() {
    Lab lab = TokenLabs.t43(TokenTwistTest::firstHitting);
    ExactPaths exact = new ExactPaths(lab);
    assertEquals(6.266019475367, exact.evidence(), 1e-9);
    TokenTwist twist = optimal(lab, exact);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    LearnedTwistPolicy moves =
        new LearnedTwistPolicy(problem, twist, LearnedTwistPolicy.Sight.BLIND);
    TwistPolicy policy =
        new TwistPolicy() {
          @Override
          public boolean valued(int level) {
            return false;
          }

          @Override
          public boolean twisted(int level) {
            return true;
          }

          @Override
          public Population twist(Population p, int level) {
            Batch.Tokens x = (Batch.Tokens) p.get(TwistedChain.STATE);
            double[] log = new double[x.size()];
            Arrays.setAll(log, i -> Math.log(exact.psi(level, exact.index(x.row(i)))));
            return p.with(TwistedChain.TWIST, new Scalars(log));
          }

          @Override
          public Move move(StepLaw law, Population p, int level, Noise noise) {
            return moves.move(law, p, level, noise);
          }
        };
    TwistedChain chain =
        new TwistedChain(
            problem,
            lab.session(problem, new Meter(Budget.UNLIMITED), 0),
            Addressing.WHOLE,
            ValueEstimate.MEAN,
            policy);
    Population p = chain.start(200);
    for (int level = 4; ; level--) {
      for (double log : p.weights().log()) {
        assertEquals(Math.log(exact.evidence()), log, 1e-10);
      }
      assertEquals(200, p.weights().ess(), 1e-8);
      if (level == 0) {
        break;
      }
      p = chain.move(p, level);
    }
  }

  /** Learned from many trajectories, a table moves by the tempered law itself. */
  @ParameterizedTest
  @CsvSource({"0.1, 0.317676, 0.622648", "0.3, 0.535908, 1", "1, 1, 1"})
  void tablesFollowTheEscortPath(double radius, double first, double second) {
    Lab lab = TokenLabs.t43(TokenTwistTest::firstHitting);
    ExactPaths exact = new ExactPaths(lab);
    LearnedTwist learned =
        learn(lab, new TokenFamily(TokenFeatures.TABLE, 1), 4_000, radius, 1e-6, 2);
    double one = learned.scalars().get("fit_tau_1");
    double two = one + learned.scalars().get("fit_tau_2") * (1 - one);
    assertEquals(first, one, 0.02);
    assertEquals(second, two, 0.04);
    double[] law = law(lab, exact, (TokenTwist) learned.twist());
    double[] base = exact.base();
    double[] escort = new double[base.length];
    Arrays.setAll(escort, s -> base[s] * Math.exp(second * exact.reward()[s]));
    double z = Arrays.stream(escort).sum();
    double distance = 0;
    for (int s = 0; s < law.length; s++) {
      distance += Math.abs(law[s] - escort[s] / z) / 2;
    }
    assertTrue(distance < 0.06, "total variation " + distance);
  }

  /** The law of x_0 under a twist. */
  private static double[] law(Lab lab, ExactPaths exact, TokenTwist twist) {
    double[] now = new double[exact.states()];
    now[exact.start()] = 1;
    for (int level = lab.process().steps(); level >= 1; level--) {
      double[] next = new double[now.length];
      for (int s = 0; s < now.length; s++) {
        if (now[s] > 0) {
          double[] q = twisted(lab, exact, twist, level, s);
          for (int to = 0; to < next.length; to++) {
            next[to] += now[s] * q[to];
          }
        }
      }
      now = next;
    }
    return now;
  }

  /** Real states have twists of their own, and a vocabulary of words no table of states. */
  @Test
  void whatDoesNotFitIsSkippedByName() {
    Problem problem =
        TokenLabs.oracle(64, 1, TokenTwistTest::ancestral).problem(1, Budget.UNLIMITED);
    Support.No no = assertInstanceOf(Support.No.class, ControlFamily.DEFAULT.supports(problem));
    assertTrue(no.reason().contains("tokens"), no.reason());
    no =
        assertInstanceOf(
            Support.No.class, new TokenFamily(TokenFeatures.TABLE, 1).supports(problem));
    assertTrue(no.reason().contains("2^20"), no.reason());
    assertInstanceOf(Support.Yes.class, TokenFamily.DEFAULT.supports(problem));
  }
}
