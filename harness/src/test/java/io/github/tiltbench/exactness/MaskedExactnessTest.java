package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.StateValue;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every algorithm on masked chains of length 4 over 3 tokens, held against the enumerated law of
 * the chain that is run (not of the data).
 */
class MaskedExactnessTest {
  /** Reward of the reference model: twos, equal ends, few equal neighbours. */
  private static double reward(int[] x) {
    double r = x[0] == x[3] ? 1.5 : 0;
    for (int i = 0; i < 4; i++) {
      r += x[i] == 2 ? 1 : 0;
      r -= i > 0 && x[i] == x[i - 1] ? 0.5 : 0;
    }
    return r;
  }

  private static final MaskedTruth T43 = new MaskedTruth(markovWithEqualEnds(), 4);
  private static final MaskedTruth ONE_BY_ONE = MaskedTruth.firstHitting(T43.law);

  private static EnumeratedLaw markovWithEqualEnds() {
    double[] initial = {0.5, 0.3, 0.2};
    double[][] a = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
    return table(
        x ->
            initial[x[0]] * a[x[0]][x[1]] * a[x[1]][x[2]] * a[x[2]][x[3]] * (x[0] == x[3] ? 2 : 1));
  }

  private static EnumeratedLaw table(ToDoubleFunction<int[]> weight) {
    EnumeratedLaw uniform = new EnumeratedLaw(4, 3, ones(81));
    double[] weights = new double[81];
    Arrays.setAll(weights, s -> weight.applyAsDouble(uniform.sequence(s)));
    return new EnumeratedLaw(4, 3, weights);
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Verifier verifier(ToDoubleFunction<int[]> reward) {
    return (clean, condition) -> {
      Batch.Tokens tokens = (Batch.Tokens) clean;
      double[] score = new double[tokens.size()];
      Arrays.setAll(score, row -> reward.applyAsDouble(tokens.row(row)));
      return score;
    };
  }

  private static Lab lab(MaskedTruth truth, ToDoubleFunction<int[]> reward, double beta) {
    return new Lab(truth.law.denoiser(), truth.process(), verifier(reward), beta);
  }

  /** Z_T and E r of the ladder of step counts, spec table of the reference model. */
  @ParameterizedTest
  @CsvSource({
    "1, 4.847489, 0.859221",
    "2, 5.498378, 0.847868",
    "4, 5.867901, 0.842692",
    "8, 6.063423, 0.840214",
    "16, 6.163842, 0.839001"
  })
  void truthAgreesWithPublishedTable(int steps, double evidence, double mean) {
    MaskedTruth truth = new MaskedTruth(T43.law, steps);
    double[] base = truth.base();
    assertEquals(evidence, truth.evidence(base, MaskedExactnessTest::reward, 1), 1e-6);
    double r = 0;
    for (int s = 0; s < base.length; s++) {
      r += base[s] == 0 ? 0 : base[s] * reward(truth.state(s));
    }
    assertEquals(mean, r, 1e-6);
  }

  /** A second model and reward: neighbours attract, lambda 1.5. */
  @Test
  void truthAgreesWithSecondModel() {
    MaskedTruth truth = neighbours();
    double[] base = truth.base();
    assertEquals(0.09134213998169476, base[truth.index(new int[] {0, 0, 0, 0})], 1e-12);
    assertEquals(0.007390284500975029, base[truth.index(new int[] {0, 1, 2, 0})], 1e-12);
    ToDoubleFunction<int[]> r = MaskedExactnessTest::twosAndEnds;
    assertEquals(3.7164094686354106, Math.log(truth.evidence(base, r, 1 / 1.5)), 1e-12);
    double[] tilted = truth.tilted(base, r, 1 / 1.5);
    assertEquals(0.46179606221371405, tilted[truth.index(new int[] {2, 2, 2, 2})], 1e-12);
    assertEquals(0.04337990370809314, tilted[truth.index(new int[] {2, 2, 1, 2})], 1e-12);
  }

  private static double twosAndEnds(int[] x) {
    return Arrays.stream(x).filter(t -> t == 2).count() + (x[0] == x[3] ? 1 : 0);
  }

  private static MaskedTruth neighbours() {
    double[] h = {0.3, 0, -0.2};
    return new MaskedTruth(
        table(
            x -> {
              double e = 0;
              for (int i = 0; i < 4; i++) {
                e += h[x[i]] + (i > 0 && x[i] == x[i - 1] ? 0.7 : 0);
              }
              return Math.exp(e);
            }),
        4);
  }

  /** Conditionals of the reference model, spec values. */
  @Test
  void conditionalsAgree() {
    double[][] p = T43.law.conditionals(new int[] {2, 3, 3, 3});
    assertEquals(0.296178, p[3][0], 1e-6);
    assertEquals(0.407643, p[3][2], 1e-6);
    p = T43.law.conditionals(new int[] {3, 1, 3, 2});
    assertEquals(0.285714, p[0][2], 1e-6);
    assertEquals(0.517241, p[2][1], 1e-6);
  }

  @Test
  void pretrainedDrawsFromTheChain() {
    assertLaw(T43, new Pretrained(), Budget.UNLIMITED, T43.base(), 400);
  }

  /** Token by token in random order, exact conditionals give the law of the data. */
  @Test
  void firstHittingDrawsFromTheData() {
    double[] data = new double[ONE_BY_ONE.states()];
    double sum = Arrays.stream(T43.law.weights()).sum();
    for (int s = 0; s < 81; s++) {
      data[ONE_BY_ONE.index(T43.law.sequence(s))] = T43.law.weights()[s] / sum;
    }
    assertArrayEquals(data, ONE_BY_ONE.base(), 1e-15);
    assertEquals(6.266019475367, ONE_BY_ONE.evidence(data, MaskedExactnessTest::reward, 1), 1e-11);
    long[] counts = new long[data.length];
    Lab lab = lab(ONE_BY_ONE, MaskedExactnessTest::reward, 1);
    for (int trial = 0; trial < 200; trial++) {
      Samples samples = lab.run(new Pretrained(), 1000, Budget.UNLIMITED, trial);
      for (int row = 0; row < 1000; row++) {
        counts[ONE_BY_ONE.index(((Batch.Tokens) samples.states()).row(row))]++;
      }
    }
    ChiSquare.assertLaw(counts, data);
  }

  @Test
  void greedySvddOnFirstHittingHasItsLaw() {
    double[] law =
        ONE_BY_ONE.law(
            (kernel, level) -> MaskedTruth.best(kernel, values(ONE_BY_ONE, level - 1), 3));
    assertLaw(ONE_BY_ONE, new Svdd(3, 0, Svdd.Value.POSTERIOR_MEAN), Budget.UNLIMITED, law, 200);
  }

  @Test
  void bestOfNHasItsOrderStatisticLaw() {
    double[] law = MaskedTruth.best(T43.base(), rewards(T43), 5);
    assertLaw(T43, new BestOfN(5), Budget.UNLIMITED, law, 200);
  }

  @Test
  void greedySvddHasItsLaw() {
    double[] law = T43.law((kernel, level) -> MaskedTruth.best(kernel, values(T43, level - 1), 3));
    assertLaw(T43, new Svdd(3, 0, Svdd.Value.POSTERIOR_MEAN), Budget.UNLIMITED, law, 200);
  }

  @Test
  void softSvddHasItsLaw() {
    double[] law =
        T43.law((kernel, level) -> MaskedTruth.softOfTwo(kernel, values(T43, level - 1), 0.7));
    assertLaw(T43, new Svdd(2, 0.7, Svdd.Value.POSTERIOR_MEAN), Budget.UNLIMITED, law, 200);
  }

  /**
   * The soft value learned from roll-outs, with many candidates at alpha = beta: the mean reward of
   * the tilted law, 0.05 left to the fit. The plain model's mean is over a reward below.
   */
  @Test
  void learnedSvddMeetsTheTiltedLawOnTokens() {
    Lab lab = lab(T43, MaskedExactnessTest::reward, 1);
    Svdd svdd =
        new Svdd(
            50,
            1,
            Svdd.Value.MONTE_CARLO,
            OptionalInt.empty(),
            Optional.of(Svdd.Target.EXPONENTIAL),
            OptionalInt.of(10_000),
            OptionalInt.empty());
    double[] tilted = T43.tilted(T43.base(), MaskedExactnessTest::reward, 1);
    double truth = 0;
    for (int s = 0; s < tilted.length; s++) {
      truth += tilted[s] == 0 ? 0 : tilted[s] * reward(T43.state(s));
    }
    StateValue fit = lab.fit(svdd, Budget.UNLIMITED);
    try {
      SampleMoments r = new SampleMoments();
      for (int trial = 0; trial < 40; trial++) {
        Batch.Tokens x = (Batch.Tokens) lab.run(svdd, fit, 100, trial).states();
        for (int row = 0; row < x.size(); row++) {
          r.add(reward(x.row(row)));
        }
      }
      assertEquals(truth, r.mean(), 0.05 + 4 * r.standardError());
    } finally {
      svdd.release(fit);
    }
  }

  /** Independent samples: every sequence's share within 4.5 standard errors of its probability. */
  private static void assertLaw(
      MaskedTruth truth, Algorithm algorithm, Budget budget, double[] law, int trials) {
    Lab lab = lab(truth, MaskedExactnessTest::reward, 1);
    int count = 100;
    double[] share = new double[law.length];
    for (int trial = 0; trial < trials; trial++) {
      Batch.Tokens x = (Batch.Tokens) lab.run(algorithm, count, budget, trial).states();
      for (int row = 0; row < count; row++) {
        share[truth.index(x.row(row))] += 1.0 / (count * trials);
      }
    }
    assertEquals(1, Arrays.stream(law).sum(), 1e-9, "the law itself");
    for (int s = 0; s < law.length; s++) {
      double se = Math.sqrt(law[s] * (1 - law[s]) / (count * trials));
      assertEquals(law[s], share[s], 4.5 * se + 1e-12, Arrays.toString(truth.state(s)));
    }
  }

  private static double[] rewards(MaskedTruth truth) {
    double[] r = new double[truth.states()];
    Arrays.setAll(r, s -> reward(truth.state(s)));
    return r;
  }

  /** The value that SVDD gives a state at a level: the reward of its mode. */
  private static double[] values(MaskedTruth truth, int level) {
    Lab lab = lab(truth, MaskedExactnessTest::reward, 1);
    int[] all = new int[truth.states() * 4];
    for (int s = 0; s < truth.states(); s++) {
      System.arraycopy(truth.state(s), 0, all, 4 * s, 4);
    }
    int[] levels = new int[truth.states()];
    Arrays.fill(levels, Math.max(1, level));
    Prediction p = lab.denoiser().denoise(new Batch.Tokens(all, 4), levels, null);
    Batch mode =
        lab.process().clean(p, Decoding.POSTERIOR_MEAN, new Seed(0).noise(Purpose.DECODE, 0));
    return lab.verifier().score(mode, null);
  }

  /**
   * The unbiased estimate of exp(r / beta) p on every sequence, and of their sum, against the
   * truth: both within 4.5 standard errors over independent populations.
   */
  @ParameterizedTest
  @CsvSource({
    "SYSTEMATIC, 0.5, POSTERIOR_MEAN, 1", "MULTINOMIAL, 2, POSTERIOR_MEAN, 1",
    "SSP, 0.5, SAMPLE, 1", "RESIDUAL, 0.7, POSTERIOR_MEAN, 2",
    "STRATIFIED, 0, SAMPLE, 3"
  })
  void smcIsUnbiasedOnEverySequence(
      ResamplingScheme scheme, double threshold, Decoding value, int interval) {
    int n = 32;
    assertUnbiased(new BootstrapSmc(n, scheme, threshold, value, interval, OutputRule.ALL), n);
  }

  /**
   * Values are drawn: what was drawn at one level must be what the next potential divides by. The
   * maximum is scored at every other level: at each, it counts four times and few particles that
   * the target needs are left.
   */
  @ParameterizedTest
  @CsvSource({
    "DIFFERENCE, NONE, 1, 0.5",
    "DIFFERENCE, LINEAR, 1, 2",
    "MAX, LINEAR, 2, 0.5",
    "MAX_INCREASE, NONE, 1, 0.5"
  })
  void fkSteeringWithCompletionsIsUnbiasedOnEverySequence(
      Potential potential, Ramp ramp, int interval, double threshold) {
    int n = 32;
    FkSteering fk =
        new FkSteering(
            n,
            potential,
            ramp,
            1,
            0,
            interval,
            Decoding.SAMPLE,
            4,
            ResamplingScheme.SYSTEMATIC,
            threshold,
            OutputRule.ALL);
    assertUnbiased(fk, n);
  }

  private static void assertUnbiased(Algorithm smc, int n) {
    for (MaskedTruth truth : new MaskedTruth[] {T43, neighbours(), ONE_BY_ONE}) {
      ToDoubleFunction<int[]> reward =
          truth.law.equals(T43.law)
              ? MaskedExactnessTest::reward
              : MaskedExactnessTest::twosAndEnds;
      double beta = truth.law.equals(T43.law) ? 1 : 1 / 1.5;
      double[] base = truth.base();
      double evidence = truth.evidence(base, reward, beta);
      double[] tilted = truth.tilted(base, reward, beta);
      SampleMoments z = new SampleMoments();
      SampleMoments[] mass = new SampleMoments[truth.states()];
      Arrays.setAll(mass, s -> new SampleMoments());
      Lab lab = lab(truth, reward, beta);
      for (int trial = 0; trial < 2500; trial++) {
        Samples samples = lab.run(smc, n, Budget.UNLIMITED, trial);
        double estimate = Math.exp(samples.scalars().get("log_evidence"));
        z.add(estimate / evidence);
        double[] w = new double[truth.states()];
        double[] normalised = new Weights(samples.logWeights()).normalised();
        for (int row = 0; row < n; row++) {
          w[truth.index(((Batch.Tokens) samples.states()).row(row))] +=
              normalised[row] * estimate / evidence;
        }
        for (int s = 0; s < w.length; s++) {
          mass[s].add(w[s]);
        }
      }
      z.assertMean(1, 4, "E[Z^]/Z");
      for (int s = 0; s < mass.length; s++) {
        if (tilted[s] > 2e-3) {
          mass[s].assertMean(tilted[s], 4.5, Arrays.toString(truth.state(s)));
        }
      }
    }
  }

  /** Gradients and guidance add to a mean, which tokens do not have. */
  @Test
  void whatNeedsAMeanIsSkippedByName() {
    Problem problem = lab(T43, MaskedExactnessTest::reward, 1).problem(8, Budget.UNLIMITED);
    for (Algorithm algorithm :
        List.of(
            new Tds(
                8, Tds.Proposal.COV, 1, 1, Ramp.NONE, ResamplingScheme.SSP, 0.5, OutputRule.ALL),
            new Urge(
                8, Optional.of(Urge.Drift.REWARD), 1, ResamplingScheme.SSP, 0.5, OutputRule.ALL),
            new Urge(
                8,
                Optional.of(Urge.Drift.GUIDANCE),
                1,
                ResamplingScheme.SSP,
                0.5,
                OutputRule.ALL))) {
      Support.No no = assertInstanceOf(Support.No.class, algorithm.supports(problem));
      assertTrue(no.reason().contains("tokens"), no.reason());
    }
    Urge derivativeFree =
        new Urge(8, Optional.of(Urge.Drift.NONE), 1, ResamplingScheme.SSP, 0.5, OutputRule.ALL);
    assertInstanceOf(Support.Yes.class, derivativeFree.supports(problem));
  }

  /** One draw from each population: close to the tilted law, far from the base law. */
  @Test
  void smcReturningOneApproachesTheTiltedLaw() {
    double[] tilted = T43.tilted(T43.base(), MaskedExactnessTest::reward, 1);
    Lab lab = lab(T43, MaskedExactnessTest::reward, 1);
    BootstrapSmc smc =
        new BootstrapSmc(
            64, ResamplingScheme.SYSTEMATIC, 0.5, Decoding.POSTERIOR_MEAN, 1, OutputRule.ONE);
    double[] share = new double[tilted.length];
    int draws = 4000;
    for (int trial = 0; trial < 40; trial++) {
      Batch.Tokens x = (Batch.Tokens) lab.run(smc, 100, Budget.UNLIMITED, trial).states();
      for (int row = 0; row < 100; row++) {
        share[T43.index(x.row(row))] += 1.0 / draws;
      }
    }
    // Finite N biases a self-normalised draw by O(1/N); 1/64 of the mass covers it here.
    for (int s = 0; s < tilted.length; s++) {
      double se = Math.sqrt(tilted[s] * (1 - tilted[s]) / draws);
      assertEquals(tilted[s], share[s], 4.5 * se + tilted[s] / 64 * 4.7 + 1e-12);
    }
  }

  /** The mode is a biased value: even with many candidates SVDD does not sample the tilted law. */
  @Test
  void svddOnTheModeIsNotTheTiltedLaw() {
    double[] tilted = T43.tilted(T43.base(), MaskedExactnessTest::reward, 1);
    double[] law =
        T43.law(
            (kernel, level) -> {
              double[] v = values(T43, level - 1);
              double[] w = new double[kernel.length];
              double sum = 0;
              for (int s = 0; s < w.length; s++) {
                w[s] = kernel[s] == 0 ? 0 : kernel[s] * Math.exp(v[s]);
                sum += w[s];
              }
              for (int s = 0; s < w.length; s++) {
                w[s] /= sum;
              }
              return w;
            });
    double distance = 0;
    for (int s = 0; s < law.length; s++) {
      distance += Math.abs(law[s] - tilted[s]) / 2;
    }
    assertTrue(distance > 0.02, "total variation " + distance);
  }
}
