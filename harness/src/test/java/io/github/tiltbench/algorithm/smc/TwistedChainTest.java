package io.github.tiltbench.algorithm.smc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.exactness.AffineChain;
import io.github.tiltbench.exactness.AffineChain.Parabola;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Twists and pushes that no algorithm has, on chains whose every number is known. */
class TwistedChainTest {
  private static final AffineChain CHAIN = AffineChain.of(5, 0.9, 0.1, 0.2, 0, 1);
  private static final Parabola LINEAR = new Parabola(0, 1.5, 0);
  private static final Parabola BENT = new Parabola(0.8, 0.6, 0);

  /** One population steered by anything. */
  private record Steered(TwistPolicy policy, int particles, double threshold) implements Algorithm {
    private TwistedSmc at(Problem problem) {
      return new TwistedSmc(
          problem,
          particles,
          Optional.empty(),
          ResamplingScheme.SYSTEMATIC,
          threshold,
          OutputRule.ALL,
          ValueEstimate.MEAN,
          policy);
    }

    @Override
    public Samples sample(Problem problem, Session session) {
      return at(problem).sample(session);
    }

    @Override
    public Cost cost(Problem problem) {
      return at(problem).cost();
    }
  }

  /** The chain's own twists; pushes by the gradient of the next level's at the state. */
  private record Exact(Parabola[] twist) implements TwistPolicy {
    @Override
    public Population twist(Population p, int level) {
      return p.with(
          TwistedChain.TWIST, new Scalars(twist[level].score(p.get(TwistedChain.STATE), null)));
    }

    @Override
    public Optional<Batch.Reals> push(Population p, int level) {
      Batch.Reals x = (Batch.Reals) p.get(TwistedChain.STATE);
      return Optional.of(twist[level - 1].gradient(x, null).gradient());
    }
  }

  @Test
  void twistsAgreeWithPublishedValues() {
    assertEquals(1.7778300923625, CHAIN.logEvidence(LINEAR), 1e-12);
    assertEquals(-0.101830043203549, CHAIN.logEvidence(BENT), 1e-12);
    Parabola top = CHAIN.twists(LINEAR)[5];
    assertEquals(0, top.curvature(), 1e-12);
    assertEquals(0.885735, top.slope(), 1e-12);
    assertEquals(1.38556684725, top.height(), 1e-11);
    top = CHAIN.twists(BENT)[5];
    assertEquals(0.180139566187, top.curvature(), 1e-12);
    assertEquals(0.1038725819, top.slope(), 1e-10);
    assertEquals(-0.023584976229, top.height(), 1e-12);
  }

  /** The optimal step of a linear reward keeps its variance, so a push alone reaches it. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2})
  void theOptimalTwistAndPushLeaveNoVariance(double threshold) {
    AffineChain chain = CHAIN.fromPoint();
    Exact policy = new Exact(chain.twists(LINEAR));
    Lab lab = chain.lab(LINEAR);
    for (int n : new int[] {1, 7, 64}) {
      Samples samples = lab.run(new Steered(policy, n, threshold), n, Budget.UNLIMITED, n);
      assertEquals(1.7778300923625, samples.scalars().get("log_evidence"), 1e-9);
      for (double w : samples.logWeights()) {
        assertEquals(samples.logWeights()[0], w, 1e-9);
      }
    }
  }

  /** Of a bent reward the optimal step is narrower: the push is not optimal, and still exact. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2})
  void theOptimalTwistWithAnotherPushIsUnbiased(double threshold) {
    Exact policy = new Exact(CHAIN.twists(BENT));
    assertUnbiased(CHAIN, BENT, new Steered(policy, 4, threshold), 4000);
  }

  /** A push need not be the gradient of anything. */
  @ParameterizedTest
  @CsvSource({"5, 0, 0", "5, 0.5, 0.5", "10, 0, 0.5", "20, 0.5, 0"})
  void anyVectorFieldIsUnbiased(int steps, double curvature, double threshold) {
    AffineChain chain = AffineChain.ornsteinUhlenbeck(steps);
    TwistPolicy sine =
        new TwistPolicy() {
          @Override
          public Population twist(Population p, int level) {
            double[] x = ((Batch.Reals) p.get(TwistedChain.STATE)).data();
            double[] h = Arrays.stream(x).map(y -> Math.cos(level * y)).toArray();
            return p.with(TwistedChain.TWIST, new Scalars(h));
          }

          @Override
          public Optional<Batch.Reals> push(Population p, int level) {
            Batch.Reals x = (Batch.Reals) p.get(TwistedChain.STATE);
            double[] g = Arrays.stream(x.data()).map(Math::sin).toArray();
            return Optional.of(new Batch.Reals(g, x.item()));
          }
        };
    Parabola reward = new Parabola(curvature, 1, 0);
    assertUnbiased(chain, reward, new Steered(sine, 16, threshold), 4000);
  }

  private static void assertUnbiased(
      AffineChain chain, Parabola reward, Algorithm algorithm, int trials) {
    Lab lab = chain.lab(reward);
    int n = ((Steered) algorithm).particles();
    SampleMoments z = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      double log = lab.run(algorithm, n, Budget.UNLIMITED, trial).scalars().get("log_evidence");
      z.add(Math.exp(log - chain.logEvidence(reward)));
    }
    z.assertMean(1, 4, "E[Z^]/Z");
  }

  /** Tokens pushed by random logits that depend on the state, as no reward would. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void anyLogitsAreUnbiasedOnTokens(double threshold) {
    EnumeratedLaw law = neighbours();
    SplittableRandom random = new SplittableRandom(1);
    double[] table = random.doubles(5 * 4 * 4 * 4, -1, 1).toArray();
    TwistPolicy policy =
        new TwistPolicy() {
          @Override
          public Population twist(Population p, int level) {
            double[] value = p.get(TwistedChain.VALUE).values();
            double[] h = Arrays.stream(value).map(v -> 0.5 * v).toArray();
            return p.with(TwistedChain.TWIST, new Scalars(h));
          }

          @Override
          public Optional<Batch.Reals> push(Population p, int level) {
            Batch.Tokens x = (Batch.Tokens) p.get(TwistedChain.STATE);
            double[] logits = new double[x.data().length * 4];
            for (int i = 0; i < logits.length; i++) {
              int at = i / 4;
              int neighbour = x.data()[at % 4 == 0 ? at + 3 : at - 1];
              logits[i] = table[((level * 4 + at % 4) * 4 + neighbour) * 4 + i % 4];
            }
            return Optional.of(new Batch.Reals(logits, new int[] {4, 4}));
          }
        };
    Verifier reward =
        (clean, condition) -> {
          double[] score = new double[clean.size()];
          for (int row = 0; row < score.length; row++) {
            int[] x = ((Batch.Tokens) clean).row(row);
            score[row] = Arrays.stream(x).filter(t -> t == 2).count() + (x[0] == x[3] ? 1 : 0);
          }
          return score;
        };
    Lab lab = new Lab(law.denoiser(), new MaskedProcess(law.space(), 4), reward, 1 / 1.5);
    SampleMoments z = new SampleMoments();
    Steered steered = new Steered(policy, 32, threshold);
    for (int trial = 0; trial < 3000; trial++) {
      double log = lab.run(steered, 32, Budget.UNLIMITED, trial).scalars().get("log_evidence");
      z.add(Math.exp(log - 3.7164094686354106));
    }
    z.assertMean(1, 4, "E[Z^]/Z");
  }

  /** Four tokens of three kinds that like neighbours of their own kind. */
  private static EnumeratedLaw neighbours() {
    double[] own = {0.3, 0, -0.2};
    double[] weight = new double[81];
    for (int s = 0; s < weight.length; s++) {
      int[] x = {s / 27, s / 9 % 3, s / 3 % 3, s % 3};
      double e = 0;
      for (int i = 0; i < 4; i++) {
        e += own[x[i]] + (i > 0 && x[i] == x[i - 1] ? 0.7 : 0);
      }
      weight[s] = Math.exp(e);
    }
    return new EnumeratedLaw(4, 3, weight);
  }
}
