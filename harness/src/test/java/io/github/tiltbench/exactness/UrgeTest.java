package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.algorithm.smc.Urge.Drift;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.exactness.AffineChain.Parabola;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Path weights: exact at every step size, and the same as what other methods do. */
class UrgeTest {
  private static final StateSpace.Euclidean LINE = new StateSpace.Euclidean(new int[] {1});

  private static Urge urge(int n, Drift drift, double threshold) {
    return new Urge(
        n, Optional.of(drift), 1, ResamplingScheme.SYSTEMATIC, threshold, OutputRule.ALL);
  }

  /** Published values of the discretised Ornstein-Uhlenbeck chain. */
  @ParameterizedTest
  @CsvSource({
    "5, 0.5495903232000002, 0.1356728493634925",
    "10, 0.5231164038265642, 0.1330721114903445",
    "20, 0.5111729210696777, 0.13181930249261858",
    "40, 0.5054940645228672, 0.13120566559663532",
    "80, 0.5027244023020705, 0.13090211912347020"
  })
  void pathWeightsAreUnbiasedAtEveryStepSize(int steps, double straight, double bent) {
    AffineChain chain = AffineChain.ornsteinUhlenbeck(steps);
    for (double curvature : new double[] {0, 0.5}) {
      Parabola reward = new Parabola(curvature, 1, 0);
      double truth = curvature == 0 ? straight : bent;
      assertEquals(truth, chain.logEvidence(reward), 1e-12);
      Lab lab = chain.lab(reward);
      for (Drift drift : new Drift[] {Drift.NONE, Drift.REWARD}) {
        SampleMoments z = new SampleMoments();
        int n = 10_000;
        for (double w : lab.run(urge(n, drift, 0), n, Budget.UNLIMITED, 1).logWeights()) {
          z.add(Math.exp(w - truth));
        }
        z.assertMean(1, 4, drift + " without resampling");
        SampleMoments resampled = new SampleMoments();
        for (int trial = 0; trial < 300; trial++) {
          Samples samples = lab.run(urge(8, drift, 0.5), 8, Budget.UNLIMITED, trial);
          resampled.add(Math.exp(samples.scalars().get("log_evidence") - truth));
        }
        resampled.assertMean(1, 4, drift + " with resampling");
      }
    }
  }

  /** Published variances of a path's log-weight near the continuous limit. */
  @ParameterizedTest
  @CsvSource({"NONE, 0, 1.0", "NONE, 0.5, 1.13", "REWARD, 0, 0.20", "REWARD, 0.5, 0.098"})
  void driftTakesVarianceOutOfTheWeights(Drift drift, double curvature, double variance) {
    Lab lab = AffineChain.ornsteinUhlenbeck(80).lab(new Parabola(curvature, 1, 0));
    SampleMoments w = new SampleMoments();
    int n = 40_000;
    Arrays.stream(lab.run(urge(n, drift, 0), n, Budget.UNLIMITED, 2).logWeights()).forEach(w::add);
    assertEquals(variance, w.variance(), 0.05 * variance);
  }

  /**
   * What the tests of exactness would say of an error: paths weighed by the formula as it is
   * published pass, and with a sign turned, a half or a term missing, or other noise than the
   * draw's they are off by more than ten standard errors.
   *
   * @param linear factor of the noise term
   * @param square factor of the term without noise
   * @param reuse whether the weight reads the noise that moved the path
   */
  @ParameterizedTest
  @CsvSource({
    "-1, -0.5, true, true",
    "1, -0.5, true, false",
    "-1, 0.5, true, false",
    "-1, 0, true, false",
    "-1, -1, true, false",
    "-1, -0.5, false, false"
  })
  void everyTermOfTheWeightIsNeeded(double linear, double square, boolean reuse, boolean right) {
    int steps = 10;
    double d = 2.0 / steps;
    SplittableRandom random = new SplittableRandom(11);
    SampleMoments z = new SampleMoments();
    for (int path = 0; path < 40_000; path++) {
      double x = random.nextGaussian();
      double log = 0;
      for (int k = 0; k < steps; k++) {
        double g = k / (double) steps;
        double noise = random.nextGaussian();
        x += (-x / 2 + g) * d + Math.sqrt(d) * noise;
        double used = reuse ? noise : random.nextGaussian();
        log += linear * Math.sqrt(d) * g * used + square * d * g * g;
      }
      z.add(Math.exp(x + log - 0.5231164038265642));
    }
    double errors = Math.abs(z.mean() - 1) / z.standardError();
    assertTrue(right ? errors < 4 : errors > 10, errors + " standard errors");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2})
  void withoutDriftItIsFkSteeringByDifferences(double threshold) {
    FkSteering fk =
        new FkSteering(
            16,
            Potential.DIFFERENCE,
            Ramp.LINEAR,
            0,
            0,
            1,
            Decoding.POSTERIOR_MEAN,
            1,
            ResamplingScheme.MULTINOMIAL,
            threshold,
            OutputRule.ALL);
    Urge urge =
        new Urge(
            16,
            Optional.of(Drift.NONE),
            1,
            ResamplingScheme.MULTINOMIAL,
            threshold,
            OutputRule.ALL);
    for (ExactLaw target : ExactLaw.all()) {
      Samples a = target.lab(10).run(fk, 16, Budget.UNLIMITED, 5);
      Samples b = target.lab(10).run(urge, 16, Budget.UNLIMITED, 5);
      assertSame(a, b, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2})
  void withTheRewardsDriftItIsTwistedDiffusion(double threshold) {
    Tds tds =
        new Tds(
            16,
            Tds.Proposal.COV,
            1,
            1,
            Ramp.LINEAR,
            ResamplingScheme.SYSTEMATIC,
            threshold,
            OutputRule.ALL);
    for (ExactLaw target : ExactLaw.all()) {
      Samples a = target.lab(10).run(tds, 16, Budget.UNLIMITED, 5);
      Samples b = target.lab(10).run(urge(16, Drift.REWARD, threshold), 16, Budget.UNLIMITED, 5);
      assertSame(a, b, 1e-12);
    }
  }

  private static void assertSame(Samples a, Samples b, double tolerance) {
    assertArrayEquals(
        ((Batch.Reals) a.states()).data(), ((Batch.Reals) b.states()).data(), tolerance);
    assertArrayEquals(a.logWeights(), b.logWeights(), tolerance);
    assertEquals(a.scalars().get("log_evidence"), b.scalars().get("log_evidence"), tolerance);
  }

  /** N(1, 0.64) for the condition and N(-0.5, 0.64) for none; guidance 2 overshoots to 2.5. */
  private static final class Pair implements Denoiser {
    private static final double GUIDANCE = 2;
    private final GaussianProcess process;
    private Cost odometer = Cost.ZERO;

    Pair(GaussianProcess process) {
      this.process = process;
    }

    @Override
    public StateSpace space() {
      return LINE;
    }

    @Override
    public int rowsPerParticle() {
      return 2;
    }

    @Override
    public Cost odometer() {
      return odometer;
    }

    private Prediction.Mean mean(Batch x, int[] level, double of) {
      double[] clean = ((Batch.Reals) x).data().clone();
      for (int i = 0; i < clean.length; i++) {
        double a = process.alphaBar(level[i]);
        double slope = Math.sqrt(a) * 0.64 / (0.64 * a + 1 - a);
        clean[i] = of + slope * (clean[i] - Math.sqrt(a) * of);
      }
      return new Prediction.Mean(new Batch.Reals(clean, new int[] {1}));
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      return contrast(x, level, condition).get(1);
    }

    @Override
    public List<Prediction> contrast(Batch x, int[] level, Condition[] condition) {
      odometer = odometer.plus(Cost.of(x.size(), 2L * x.size(), 0));
      Prediction.Mean asked = mean(x, level, 1);
      Batch.Reals free = mean(x, level, -0.5).clean();
      Batch.Reals guided = free.times(1 - GUIDANCE).plus(asked.clean().times(GUIDANCE));
      return List.of(asked, new Prediction.Mean(guided));
    }
  }

  private static Lab pair() {
    GaussianProcess process = ReferenceChain.PROCESS.over(LINE);
    return new Lab(new Pair(process), process, new Linear(new double[] {0.4}, 0), 0.5);
  }

  /** Guidance corrected: the conditional model's evidence and its tilted mean. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0.5, 1", "0.5, 0.5", "2, 0"})
  void guidanceIsCorrectedToTheConditionalModel(double threshold, double strength) {
    GaussianTruth truth = new GaussianTruth(ReferenceChain.PROCESS.over(LINE), 1, 1, 0.64);
    Lab lab = pair();
    Urge urge =
        new Urge(
            64,
            Optional.of(Drift.GUIDANCE),
            strength,
            ResamplingScheme.SYSTEMATIC,
            threshold,
            OutputRule.ALL);
    SampleMoments z = new SampleMoments();
    SampleMoments mean = new SampleMoments();
    for (int trial = 0; trial < 1000; trial++) {
      Samples samples = lab.run(urge, 64, Budget.UNLIMITED, trial);
      double[] x = ((Batch.Reals) samples.states()).data();
      double[] w = new Weights(samples.logWeights()).normalised();
      double ratio =
          Math.exp(samples.scalars().get("log_evidence") - truth.logEvidenceLinear(0.4, 0.5));
      z.add(ratio);
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += w[i] * x[i];
      }
      mean.add(ratio * sum);
    }
    z.assertMean(1, 4, "E[Z^]/Z");
    mean.assertMean(truth.mean + 0.4 * truth.variance / 0.5, 4, "tilted mean");
  }

  /** The same guidance, not corrected, misses the conditional model by far. */
  @Test
  void guidanceAloneIsBiased() {
    GaussianTruth truth = new GaussianTruth(ReferenceChain.PROCESS.over(LINE), 1, 1, 0.64);
    Batch.Reals x = (Batch.Reals) pair().run(new Pretrained(), 4000, Budget.UNLIMITED, 0).states();
    SampleMoments plain = new SampleMoments();
    Arrays.stream(x.data()).forEach(plain::add);
    double errors = (plain.mean() - truth.mean) / plain.standardError();
    assertTrue(errors > 50, errors + " standard errors");
  }

  @ParameterizedTest
  @EnumSource(Drift.class)
  void whatADriftNeedsIsNamed(Drift drift) {
    Urge urge = urge(8, drift, 0);
    Lab guided = pair();
    Lab plain = ExactLaw.all().get(0).lab(10);
    Lab still =
        new Lab(
            plain.denoiser(), GaussianExactnessTest.ddim(10, 0).over(LINE), plain.verifier(), 1);
    assertSupport(drift != Drift.REWARD, urge, guided, "gradient");
    assertSupport(drift != Drift.GUIDANCE, urge, plain, "guidance");
    assertSupport(drift == Drift.NONE, urge, still, "noise");
  }

  private static void assertSupport(boolean expected, Urge urge, Lab lab, String reason) {
    Support support = urge.supports(lab.problem(8, Budget.UNLIMITED));
    if (expected) {
      assertInstanceOf(Support.Yes.class, support);
    } else {
      String said = assertInstanceOf(Support.No.class, support).reason();
      assertTrue(said.contains(reason), said);
    }
  }
}
