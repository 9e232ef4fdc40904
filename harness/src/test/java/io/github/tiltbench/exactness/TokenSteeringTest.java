package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.ValueEstimate.Combination;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.FkSteering.Carry;
import io.github.tiltbench.algorithm.smc.FkSteering.Last;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.FkSteering.Scored;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.TokenScores;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * FK steering of tokens: whose prediction values a particle, and what the released code changes.
 */
class TokenSteeringTest {
  private static final TokenScores REWARD = new TokenScores(new double[] {0, 0, 1}, 1.5, -0.5);
  private static final MaskedTruth TRUTH = MaskedTruth.firstHitting(t43());
  private static final double EVIDENCE = 6.266019475367;

  private static EnumeratedLaw t43() {
    double[] initial = {0.5, 0.3, 0.2};
    double[][] a = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
    double[] weights = new double[81];
    for (int s = 0; s < 81; s++) {
      int[] x = {s / 27, s / 9 % 3, s / 3 % 3, s % 3};
      weights[s] = initial[x[0]] * (x[0] == x[3] ? 2 : 1);
      for (int i = 1; i < 4; i++) {
        weights[s] *= a[x[i - 1]][x[i]];
      }
    }
    return new EnumeratedLaw(4, 3, weights);
  }

  private static Lab lab(Verifier reward, double beta) {
    return new Lab(TRUTH.law.denoiser(), TRUTH.process(), reward, beta);
  }

  private static FkSteering fk(
      int particles,
      Potential potential,
      int completions,
      double threshold,
      Scored scored,
      Optional<Combination> combination,
      OptionalDouble floor,
      Last last,
      Carry weights) {
    return new FkSteering(
        particles,
        potential,
        Ramp.NONE,
        0,
        0,
        1,
        completions == 1 ? Decoding.POSTERIOR_MEAN : Decoding.SAMPLE,
        completions,
        ResamplingScheme.SYSTEMATIC,
        threshold,
        OutputRule.ALL,
        Optional.of(scored),
        combination,
        floor,
        Optional.of(last),
        Optional.of(weights),
        Optional.empty(),
        Optional.empty());
  }

  private static FkSteering fk(
      int particles, Potential potential, int completions, double threshold, Scored scored) {
    return fk(
        particles,
        potential,
        completions,
        threshold,
        scored,
        Optional.empty(),
        OptionalDouble.empty(),
        Last.REWARD,
        Carry.CARRIED);
  }

  private static SampleMoments evidence(FkSteering fk, int particles, int runs) {
    SampleMoments z = new SampleMoments();
    Lab lab = lab(REWARD, 1);
    for (int trial = 0; trial < runs; trial++) {
      Samples samples = lab.run(fk, particles, Budget.UNLIMITED, trial);
      z.add(Math.exp(samples.scalars().get("log_evidence")));
    }
    return z;
  }

  /** Whatever values a particle, the estimate of the normalising constant is unbiased. */
  @ParameterizedTest
  @CsvSource({
    "2, DIFFERENCE, 1, 2, CHILD",
    "4, DIFFERENCE, 1, 0.5, PARENT",
    "4, DIFFERENCE, 4, 2, PARENT",
    "16, DIFFERENCE, 4, 2, BEFORE",
    "16, MAX, 1, 0.5, PARENT",
    "16, MAX_INCREASE, 4, 2, CHILD",
    "16, SUM_INCREASE, 1, 0.5, BEFORE",
    "4, DIFFERENCE, 1, 0, CHILD"
  })
  void evidenceIsUnbiased(
      int particles, Potential potential, int completions, double threshold, Scored scored) {
    evidence(fk(particles, potential, completions, threshold, scored), particles, 1500)
        .assertMean(EVIDENCE, 4, "E[Z^]");
  }

  /** Combinations change the variance, not the target. */
  @ParameterizedTest
  @EnumSource(Combination.class)
  void evidenceIsUnbiasedHoweverCompletionsCombine(Combination combination) {
    FkSteering fk =
        fk(
            8,
            Potential.DIFFERENCE,
            3,
            2,
            Scored.CHILD,
            Optional.of(combination),
            OptionalDouble.empty(),
            Last.REWARD,
            Carry.CARRIED);
    evidence(fk, 8, 1500).assertMean(EVIDENCE, 4, "E[Z^]");
  }

  /**
   * Many particles: the weighted law is the tilted one. Twenty populations together, since one of
   * 2,000 is as far off as 2,000 exact draws are, by 0.05.
   */
  @ParameterizedTest
  @EnumSource(Scored.class)
  void manyParticlesMeetTheTiltedLaw(Scored scored) {
    double[] tilted =
        TRUTH.tilted(TRUTH.base(), x -> REWARD.score(new Batch.Tokens(x, 4), null)[0], 1);
    int n = 2000;
    int runs = 20;
    double[] share = new double[tilted.length];
    FkSteering fk = fk(n, Potential.DIFFERENCE, 2, 0.5, scored);
    for (int trial = 0; trial < runs; trial++) {
      Samples samples = lab(REWARD, 1).run(fk, n, Budget.UNLIMITED, trial);
      double[] w = new Weights(samples.logWeights()).normalised();
      for (int row = 0; row < n; row++) {
        share[TRUTH.index(((Batch.Tokens) samples.states()).row(row))] += w[row] / runs;
      }
    }
    double distance = 0;
    for (int s = 0; s < share.length; s++) {
      distance += Math.abs(share[s] - tilted[s]) / 2;
    }
    assertTrue(distance < 0.03, "total variation " + distance);
  }

  /** Without resampling a path's weight is its reward's, whoever valued it on the way. */
  @ParameterizedTest
  @CsvSource({
    "DIFFERENCE, CHILD",
    "MAX, PARENT",
    "SUM, BEFORE",
    "MAX_INCREASE, BEFORE",
    "SUM_INCREASE, PARENT"
  })
  void potentialsMultiplyToTheReward(Potential potential, Scored scored) {
    FkSteering fk =
        fk(
            50,
            potential,
            4,
            0,
            scored,
            Optional.of(Combination.LOG_MEAN_EXP),
            potential == Potential.DIFFERENCE ? OptionalDouble.empty() : OptionalDouble.of(0),
            Last.REWARD,
            Carry.CARRIED);
    Samples samples = lab(REWARD, 0.5).run(fk, 50, Budget.UNLIMITED, 1);
    double[] tilt = Arrays.stream(REWARD.score(samples.states(), null)).map(r -> r / 0.5).toArray();
    assertArrayEquals(tilt, samples.logWeights(), 1e-10);
  }

  /**
   * After the first step all particles come from one state: by its prediction alone they are worth
   * the same, by that of their own state not, and by its prediction of their masks otherwise.
   */
  @Test
  void valuesComeFromThePredictionThatIsNamed() {
    Map<Scored, Double> ess = new EnumMap<>(Scored.class);
    for (Scored scored : Scored.values()) {
      Samples samples =
          lab(REWARD, 1).run(fk(64, Potential.DIFFERENCE, 1, 0, scored), 64, Budget.UNLIMITED, 0);
      ess.put(scored, samples.traces().get("ess")[1]);
    }
    assertEquals(1, ess.get(Scored.BEFORE), 1e-12);
    assertTrue(ess.get(Scored.CHILD) < 0.9, ess.toString());
    assertTrue(ess.get(Scored.PARENT) < 0.99, ess.toString());
    assertTrue(Math.abs(ess.get(Scored.CHILD) - ess.get(Scored.PARENT)) > 0.01, ess.toString());
  }

  /** The released last potential weighs a path by its maximum, which is not its reward. */
  @Test
  void endingWithTheStatisticTargetsAnotherLaw() {
    FkSteering released =
        fk(
            16,
            Potential.MAX,
            1,
            0,
            Scored.CHILD,
            Optional.empty(),
            OptionalDouble.empty(),
            Last.STATISTIC,
            Carry.CARRIED);
    Samples samples = lab(REWARD, 1).run(released, 16, Budget.UNLIMITED, 3);
    double[] reward = REWARD.score(samples.states(), null);
    boolean above = false;
    for (int i = 0; i < reward.length; i++) {
      assertTrue(samples.logWeights()[i] >= reward[i] - 1e-12);
      above |= samples.logWeights()[i] > reward[i] + 0.1;
    }
    assertTrue(above);
    SampleMoments z = evidence(released, 16, 500);
    assertTrue(z.mean() - EVIDENCE > 4 * z.standardError(), "E[Z^] " + z.mean());
  }

  /** A maximum that starts at 0 never moves under negative rewards. */
  @Test
  void aFloorAboveAllRewardsSteersNothing() {
    Verifier negative =
        (x, condition) -> Arrays.stream(REWARD.score(x, condition)).map(r -> r - 10).toArray();
    for (boolean floored : new boolean[] {true, false}) {
      FkSteering fk =
          fk(
              32,
              Potential.MAX_INCREASE,
              1,
              0,
              Scored.CHILD,
              Optional.empty(),
              floored ? OptionalDouble.of(0) : OptionalDouble.empty(),
              Last.REWARD,
              Carry.CARRIED);
      double[] ess = lab(negative, 1).run(fk, 32, Budget.UNLIMITED, 0).traces().get("ess");
      assertEquals(floored, ess[3] == 1, "ess one level above the last: " + ess[3]);
    }
  }

  /** Forgotten where no ancestors are drawn, weights hold the last increase alone. */
  @Test
  void releasedWeightsForgetAndAreBounded() {
    FkSteering released =
        fk(
            32,
            Potential.DIFFERENCE,
            1,
            0,
            Scored.CHILD,
            Optional.empty(),
            OptionalDouble.empty(),
            Last.REWARD,
            Carry.RELEASED);
    Samples samples = lab(REWARD, 1).run(released, 32, Budget.UNLIMITED, 0);
    double[] reward = REWARD.score(samples.states(), null);
    int different = 0;
    for (int i = 0; i < reward.length; i++) {
      different += Math.abs(samples.logWeights()[i] - reward[i]) > 0.1 ? 1 : 0;
    }
    assertTrue(different > 10, different + " of 32");
    SampleMoments z = evidence(released, 32, 300);
    assertTrue(Math.abs(z.mean() - EVIDENCE) > 4 * z.standardError(), "E[Z^] " + z.mean());
    Samples cold = lab(REWARD, 0.01).run(released, 32, Budget.UNLIMITED, 0);
    double most = Arrays.stream(cold.logWeights()).max().orElseThrow();
    assertEquals(Math.log(1e10), most, 1e-9, "400 is the largest log-weight without a bound");
  }

  @Test
  void completionsCombineAsNamed() {
    double[] reward = {1, 3, -2, -2};
    assertArrayEquals(
        new double[] {0.5 * Math.log((Math.exp(2) + Math.exp(6)) / 2), -2},
        Combination.SOFT.of(reward, 2, 0.5),
        1e-14);
    assertArrayEquals(
        new double[] {Math.log((Math.exp(1) + Math.exp(3)) / 2), -2},
        Combination.LOG_MEAN_EXP.of(reward, 2, 0.5),
        1e-14);
    assertArrayEquals(new double[] {2, -2}, Combination.MEAN.of(reward, 2, 0.5), 1e-14);
    assertArrayEquals(new double[] {3, -2}, Combination.MAX.of(reward, 2, 0.5), 0);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            fk(
                8,
                Potential.MAX,
                1,
                0,
                Scored.CHILD,
                Optional.of(Combination.MEAN),
                OptionalDouble.empty(),
                Last.REWARD,
                Carry.CARRIED));
    assertEquals(
        FkSteering.DEFAULT,
        new FkSteering(
            0,
            Potential.MAX,
            Ramp.NONE,
            0,
            0,
            1,
            Decoding.POSTERIOR_MEAN,
            1,
            ResamplingScheme.SYSTEMATIC,
            0.5,
            OutputRule.ONE,
            Optional.of(Scored.CHILD),
            Optional.of(Combination.SOFT),
            OptionalDouble.empty(),
            Optional.of(Last.REWARD),
            Optional.of(Carry.CARRIED),
            Optional.empty(),
            Optional.empty()));
  }

  /** Values of the second reference model: neighbours attract, four steps, beta 2/3. */
  @Test
  void valuesOfTheSecondModel() {
    double[] h = {0.3, 0, -0.2};
    double[] weights = new double[81];
    EnumeratedLaw uniform = t43();
    for (int s = 0; s < 81; s++) {
      int[] x = uniform.sequence(s);
      double e = 0;
      for (int i = 0; i < 4; i++) {
        e += h[x[i]] + (i > 0 && x[i] == x[i - 1] ? 0.7 : 0);
      }
      weights[s] = Math.exp(e);
    }
    MaskedTruth truth = new MaskedTruth(new EnumeratedLaw(4, 3, weights), 4);
    double[][] psi = new double[5][truth.states()];
    for (int level = 0; level <= 4; level++) {
      for (int s = 0; s < truth.states(); s++) {
        int[] x = truth.state(s);
        if (level > 0) {
          double[] kernel = truth.kernel(s, level);
          for (int to = 0; to < kernel.length; to++) {
            psi[level][s] += kernel[to] == 0 ? 0 : kernel[to] * psi[level - 1][to];
          }
        } else if (Arrays.stream(x).allMatch(token -> token < 3)) {
          double r = Arrays.stream(x).filter(t -> t == 2).count() + (x[0] == x[3] ? 1 : 0);
          psi[0][s] = Math.exp(1.5 * r);
        }
      }
    }
    assertValue(3.7164094686354106, psi[4], truth, 3, 3, 3, 3);
    assertValue(5.005216174911771, psi[3], truth, 2, 3, 3, 3);
    assertValue(6.399611816974069, psi[2], truth, 2, 3, 3, 2);
    assertValue(1.7146012267837425, psi[2], truth, 0, 0, 3, 3);
    assertValue(3.252168817636797, psi[1], truth, 3, 3, 3, 3);
    assertValue(2.329422118119386, psi[1], truth, 0, 3, 3, 0);
  }

  private static void assertValue(double log, double[] psi, MaskedTruth truth, int... state) {
    assertEquals(log, Math.log(psi[truth.index(state)]), 1e-12);
  }
}
