package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.twist.LearnedTwist;
import io.github.tiltbench.algorithm.twist.NetworkFamily;
import io.github.tiltbench.algorithm.twist.TriTsmc;
import io.github.tiltbench.algorithm.twist.Twist;
import io.github.tiltbench.algorithm.twist.TwistFamily;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.exactness.AffineChain.Parabola;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TRI-TSMC by a network, on chains whose laws and best pushes are known. */
class NetworkTwistTest {
  private static final AffineChain CHAIN = AffineChain.of(5, 0.9, 0.1, 0.2, 0, 1).fromPoint();
  private static final Parabola LINEAR = new Parabola(0, 1.5, 0);
  private static final Parabola BOWL = new Parabola(0.8, 0.6, 0);

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static TriTsmc tri(TwistFamily family, int rollouts, int n, TriTsmc.Ahead ahead) {
    return new TriTsmc(
        family, 2, rollouts, 0.5, 1, 1, n, ResamplingScheme.SYSTEMATIC, 0.5, ahead, OutputRule.ALL);
  }

  /** Samples with what was learned beforehand. */
  private record Given(TriTsmc method, LearnedTwist learned) implements Algorithm {
    @Override
    public Samples sample(Problem problem, Session session) {
      return method.sample(problem, session, learned);
    }

    @Override
    public Cost cost(Problem problem) {
      return method.sampleCost(problem);
    }
  }

  @ParameterizedTest
  @CsvSource({"gaussian-quadratic, POSTERIOR_MEAN", "mixture-10d, NONE"})
  void theWeightsAreExactGivenWhatWasLearned(String name, TriTsmc.Ahead ahead) {
    ExactLaw target =
        ExactLaw.all().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
    TriTsmc method = tri(NetworkFamily.DEFAULT, 64, 8, ahead);
    LearnedTwist learned = target.lab(8).fit(method, Budget.UNLIMITED);
    try {
      double moved = learned.scalars().get("fit_moved_2");
      assertTrue(moved > 0.02, "the test says little: moved by " + moved);
      target.assertExact(new Given(method, learned), 8, 8, 600);
    } finally {
      method.release(learned);
    }
  }

  /** The step's own tilt by psi: from a mean m its mean moves by v (q - Q m) / (1 + v Q). */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void learnsTheBestPushOfEachLevel(boolean linear) {
    Parabola reward = linear ? LINEAR : BOWL;
    TriTsmc method = tri(new NetworkFamily(200, 5e-3), 4_000, 2_000, TriTsmc.Ahead.NONE);
    LearnedTwist learned = CHAIN.lab(reward).fit(method, Budget.UNLIMITED);
    try {
      Parabola[] twists = CHAIN.twists(reward);
      for (int level = 1; level < CHAIN.steps(); level++) {
        double[] x = linear ? new double[] {0.5, 1.5} : new double[] {-0.5, 0.5, 1.5};
        double[] push = push(learned.twist(), x, level);
        for (int i = 0; i < x.length; i++) {
          Parabola psi = twists[level - 1];
          double m = CHAIN.a()[level] * x[i] + CHAIN.b()[level];
          double best = (psi.slope() - psi.curvature() * m) / (1 + 0.2 * psi.curvature());
          assertEquals(best, push[i], 0.25, "level " + level + " at " + x[i]);
        }
      }
      Samples samples =
          CHAIN.lab(reward).run(new Given(method, learned), 2_000, Budget.UNLIMITED, 0);
      double ess = new Weights(samples.logWeights()).ess() / 2_000;
      assertTrue(ess > (linear ? 0.98 : 0.93), "ess " + ess);
      double logMean = new Weights(samples.logWeights()).logMean();
      assertEquals(CHAIN.logEvidence(reward), logMean, 0.03);
    } finally {
      method.release(learned);
    }
  }

  /** The push of some states: how far the mean moves, over the variance. */
  private static double[] push(Twist twist, double[] x, int level) {
    Batch.Reals states = new Batch.Reals(x, new int[] {1});
    Prediction own = new Prediction.Mean(states);
    GaussianStep law = (GaussianStep) CHAIN.law(states, level, own);
    Noise noise = Lab.seed(0).noise(Purpose.STEP, level);
    double[] from = law.sample(noise).data();
    double[] to = ((Batch.Reals) twist.move(law, states, own, level, noise).next()).data();
    double[] push = new double[x.length];
    Arrays.setAll(push, i -> (to[i] - from[i]) / (law.std() * law.std()));
    return push;
  }

  @Test
  void equalWeightsFitTheTwistThatMoved() {
    TriTsmc method = tri(new NetworkFamily(200, 5e-3), 400, 8, TriTsmc.Ahead.NONE);
    LearnedTwist learned = CHAIN.lab(BOWL).fit(method, Budget.UNLIMITED);
    Batch x = new Batch.Reals(new double[400], new int[] {1});
    Twist.Gathered gathered = learned.twist().gather(400);
    for (int level = CHAIN.steps(); level >= 1; level--) {
      Prediction own = new Prediction.Mean((Batch.Reals) x);
      StepLaw law = CHAIN.law(x, level, own);
      Noise noise = Lab.seed(1).noise(Purpose.STEP, level);
      Batch next = learned.twist().move(law, x, own, level, noise).next();
      gathered.step(law, x, own, level, next);
      x = next;
    }
    double[] equal = new double[400];
    Arrays.fill(equal, 1.0 / 400);
    double[] probe = {-0.2, 0.3, 0.8};
    try (Twist again = gathered.project(equal, 0.1)) {
      for (int level = 1; level < CHAIN.steps(); level++) {
        assertArrayEquals(push(learned.twist(), probe, level), push(again, probe, level), 0.05);
      }
    } finally {
      method.release(learned);
    }
  }

  @Test
  void noPushIsLongerThanThreeDeviations() {
    TriTsmc method = tri(new NetworkFamily(400, 2e-2), 400, 8, TriTsmc.Ahead.NONE);
    LearnedTwist learned = CHAIN.lab(new Parabola(0, 12, 0)).fit(method, Budget.UNLIMITED);
    try {
      double[] push = push(learned.twist(), new double[] {-300, 300}, 2);
      double longest = 3 / Math.sqrt(0.2);
      assertEquals(longest, Math.max(Math.abs(push[0]), Math.abs(push[1])), 1e-9);
    } finally {
      method.release(learned);
    }
  }

  @Test
  void theSameTrialLearnsTheSameBits() {
    TriTsmc method = tri(NetworkFamily.DEFAULT, 16, 8, TriTsmc.Ahead.NONE);
    Samples one = CHAIN.lab(LINEAR).run(method, 8, Budget.UNLIMITED, 3);
    Samples other = CHAIN.lab(LINEAR).run(method, 8, Budget.UNLIMITED, 3);
    assertArrayEquals(((Batch.Reals) one.states()).data(), ((Batch.Reals) other.states()).data());
    assertArrayEquals(one.logWeights(), other.logWeights());
  }

  /** A family that counts its twists that are learned and not yet closed. */
  private record Counted(NetworkFamily family, AtomicInteger open, AtomicInteger all)
      implements TwistFamily {
    @Override
    public Twist one(Problem problem) {
      return new CountedTwist(this, family.one(problem));
    }
  }

  private record CountedTwist(Counted family, Twist inner) implements Twist {
    CountedTwist {
      family.open.incrementAndGet();
      family.all.incrementAndGet();
    }

    @Override
    public Move start(StepLaw prior, Noise noise) {
      return inner.start(prior, noise);
    }

    @Override
    public Move move(StepLaw law, Batch x, Prediction prediction, int level, Noise noise) {
      return inner.move(law, x, prediction, level, noise);
    }

    @Override
    public boolean sighted() {
      return inner.sighted();
    }

    @Override
    public double[] ahead(StepLaw law, Batch x, int level) {
      return inner.ahead(law, x, level);
    }

    @Override
    public double parametersPerStep() {
      return inner.parametersPerStep();
    }

    @Override
    public Gathered gather(int trajectories) {
      Gathered gathered = inner.gather(trajectories);
      return new Gathered() {
        @Override
        public void start(StepLaw prior, Batch x) {
          gathered.start(prior, x);
        }

        @Override
        public void step(StepLaw law, Batch x, Prediction prediction, int level, Batch next) {
          gathered.step(law, x, prediction, level, next);
        }

        @Override
        public Twist project(double[] weights, double ridge) {
          return new CountedTwist(family, gathered.project(weights, ridge));
        }

        @Override
        public double[] logRatio(Twist twist) {
          return gathered.logRatio(((CountedTwist) twist).inner);
        }
      };
    }

    @Override
    public void close() {
      family.open.decrementAndGet();
      inner.close();
    }
  }

  /** Of each round's networks, refused ones too, only the last outlives learning. */
  @Test
  void networksAreFreed() {
    Counted family =
        new Counted(new NetworkFamily(20, 5e-2), new AtomicInteger(), new AtomicInteger());
    TriTsmc method = tri(family, 6, 8, TriTsmc.Ahead.NONE);
    Lab lab = CHAIN.lab(LINEAR);
    for (int trial = 0; trial < 8; trial++) {
      lab.run(method, 8, Budget.UNLIMITED, trial);
      assertEquals(0, family.open.get());
    }
    assertTrue(family.all.get() > 8 * 3, "nothing was refused: " + family.all);
    LearnedTwist learned = lab.fit(method, Budget.UNLIMITED);
    assertEquals(1, family.open.get());
    method.release(learned);
    assertEquals(0, family.open.get());
    double[] x = {0.5};
    assertThrows(IllegalStateException.class, () -> push(learned.twist(), x, 2));
  }

  /** A verifier that fails in the second round leaves nothing behind. */
  @Test
  void aFailureFreesToo() {
    Counted family =
        new Counted(new NetworkFamily(5, 5e-3), new AtomicInteger(), new AtomicInteger());
    AtomicInteger calls = new AtomicInteger();
    Lab lab =
        new Lab(
            CHAIN.lab(LINEAR).denoiser(),
            CHAIN,
            (clean, condition) -> {
              if (calls.incrementAndGet() == 2) {
                throw new IllegalStateException("no answer");
              }
              return LINEAR.score(clean, condition);
            },
            1);
    TriTsmc method = tri(family, 16, 8, TriTsmc.Ahead.NONE);
    assertThrows(IllegalStateException.class, () -> lab.fit(method, Budget.UNLIMITED));
    assertEquals(2, calls.get());
    assertEquals(0, family.open.get());
  }
}
