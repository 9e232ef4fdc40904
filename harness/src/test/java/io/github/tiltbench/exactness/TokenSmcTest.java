package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.Das;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.ParticleGibbs;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.algorithm.twist.TokenFamily;
import io.github.tiltbench.algorithm.twist.TokenFeatures;
import io.github.tiltbench.algorithm.twist.TriTsmc;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** SMC on first-hitting chains: the reference model of length 4 and the Markov oracle. */
class TokenSmcTest {
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);

  private static FkSteering fk(int n, Potential potential, Decoding value, int draws, double t) {
    return new FkSteering(
        n,
        potential,
        Ramp.NONE,
        0,
        0,
        1,
        value,
        draws,
        ResamplingScheme.SYSTEMATIC,
        t,
        OutputRule.ALL);
  }

  private static Das tempering(int n, Das.Tempering how) {
    return new Das(
        n, OptionalDouble.empty(), how, false, ResamplingScheme.SSP, 0.5, OutputRule.ALL, 0);
  }

  private static BootstrapSmc smc(int n) {
    return new BootstrapSmc(
        n, ResamplingScheme.SYSTEMATIC, 0.5, Decoding.POSTERIOR_MEAN, 1, OutputRule.ALL);
  }

  private static TriTsmc tri(int n, TokenFeatures features) {
    return new TriTsmc(
        new TokenFamily(features, 1),
        2,
        n,
        0.5,
        0.5,
        1,
        n,
        ResamplingScheme.SYSTEMATIC,
        0.5,
        TriTsmc.Ahead.NONE,
        OutputRule.ALL);
  }

  /** Z^ and the unnormalised mean reward of independent trials. */
  private static void assertExact(
      Lab lab, Algorithm algorithm, int n, int trials, double logZ, double tiltedReward) {
    SampleMoments z = new SampleMoments();
    SampleMoments off = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      Samples samples = lab.run(algorithm, n, Budget.UNLIMITED, trial);
      double estimate = Math.exp(samples.scalars().get("log_evidence") - logZ);
      double[] w = new Weights(samples.logWeights()).normalised();
      z.add(estimate);
      off.add(
          estimate * (ExactPaths.dot(w, TokenLabs.rewards(lab, samples.states())) - tiltedReward));
    }
    z.assertMean(1, 4, algorithm + " E[Z^]/Z");
    off.assertMean(0, 4, algorithm + " E[Z^ (r - E r)]");
  }

  @ParameterizedTest
  @CsvSource({
    "2, DIFFERENCE, POSTERIOR_MEAN, 1",
    "4, DIFFERENCE, SAMPLE, 4",
    "16, MAX, POSTERIOR_MEAN, 1",
    "16, MAX_INCREASE, SAMPLE, 2"
  })
  void evidenceIsUnbiased(int n, Potential potential, Decoding value, int draws) {
    ExactPaths exact = new ExactPaths(T43);
    assertEquals(6.266019475367, exact.evidence(), 1e-9);
    assertEquals(2.822299645888, exact.tiltedReward(), 1e-9);
    assertExact(
        T43,
        fk(n, potential, value, draws, 2),
        n,
        1500,
        Math.log(exact.evidence()),
        exact.tiltedReward());
  }

  /** Tempering without gradients, path weights without a drift: tokens need neither. */
  @Test
  void whatNeedsNoGradientRunsOnTokens() {
    ExactPaths exact = new ExactPaths(T43);
    for (Algorithm algorithm :
        List.of(
            tempering(8, Das.Tempering.ADAPTIVE),
            tempering(8, Das.Tempering.SCHEDULE),
            new Urge(8, Optional.empty(), 1, ResamplingScheme.SYSTEMATIC, 0.5, OutputRule.ALL))) {
      assertExact(T43, algorithm, 8, 1500, Math.log(exact.evidence()), exact.tiltedReward());
    }
    for (Algorithm algorithm : List.of(Das.DEFAULT, Tds.DEFAULT)) {
      Support.No no =
          assertInstanceOf(Support.No.class, algorithm.supports(T43.problem(1, Budget.UNLIMITED)));
      assertTrue(no.reason().contains("tokens"), no.reason());
    }
  }

  /** Unresampled, every particle weighs exp(r / beta), whatever the potentials on its way. */
  @ParameterizedTest
  @EnumSource(Potential.class)
  void potentialsTelescope(Potential potential) {
    for (Lab lab : List.of(T43, TokenLabs.t43(space -> new MaskedProcess(space, 3)))) {
      Samples samples = lab.run(fk(64, potential, Decoding.SAMPLE, 3, 0), 64, Budget.UNLIMITED, 1);
      double[] reward = TokenLabs.rewards(lab, samples.states());
      for (int i = 0; i < 64; i++) {
        assertEquals(reward[i], samples.logWeights()[i], 1e-10);
      }
    }
  }

  /** Particle Gibbs agrees with the exact law in reward, best share and marginals. */
  @Test
  void particleGibbsAgrees() {
    ExactPaths exact = new ExactPaths(T43);
    double[] q = exact.tilted();
    for (Algorithm algorithm :
        List.of(
            new ParticleGibbs(
                30,
                3,
                Potential.DIFFERENCE,
                1,
                Decoding.POSTERIOR_MEAN,
                1,
                0.5,
                ParticleGibbs.Reference.DRAWN,
                ParticleGibbs.Output.LAST))) {
      SampleMoments[] numbers = new SampleMoments[14];
      double[] truth = new double[14];
      for (int k = 0; k < 14; k++) {
        numbers[k] = new SampleMoments();
        for (int s = 0; s < q.length; s++) {
          truth[k] += q[s] == 0 ? 0 : q[s] * number(k, exact.reward()[s], exact.state(s));
        }
      }
      for (int trial = 0; trial < 20; trial++) {
        Batch.Tokens x = (Batch.Tokens) T43.run(algorithm, 100, Budget.UNLIMITED, trial).states();
        double[] reward = TokenLabs.rewards(T43, x);
        for (int row = 0; row < 100; row++) {
          for (int k = 0; k < 14; k++) {
            numbers[k].add(number(k, reward[row], x.row(row)));
          }
        }
      }
      for (int k = 0; k < 14; k++) {
        numbers[k].assertMean(truth[k], 4, algorithm + " number " + k);
      }
    }
  }

  private static double number(int k, double reward, int[] x) {
    return switch (k) {
      case 0 -> reward;
      case 1 -> reward > 3.99 ? 1 : 0;
      default -> x[(k - 2) / 3] == (k - 2) % 3 ? 1 : 0;
    };
  }

  /** The oracle's own numbers, where four tokens are enough for all methods. */
  @ParameterizedTest
  @CsvSource({"0.2, 0.052299, 0.402678", "1, 0.789777, 1.369912"})
  void theOracleOfFourTokens(double lambda, double logZ, double tiltedReward) {
    Lab lab = TokenLabs.oracle(4, lambda, FirstHittingProcess::new);
    for (Algorithm algorithm : List.of(smc(16), tri(16, TokenFeatures.NEIGHBOURS))) {
      // six digits of the table are known
      assertExact(lab, algorithm, 16, 400, logZ, tiltedReward);
    }
  }

  /** 64 tokens, a mild tilt. */
  @Test
  void theOracleOfSixtyFourTokens() {
    Lab lab = TokenLabs.oracle(64, 0.2, FirstHittingProcess::new);
    for (Algorithm algorithm : List.of(smc(64), tri(64, TokenFeatures.NEIGHBOURS))) {
      assertExact(lab, algorithm, 64, 20, 0.483592, 5.058267);
    }
  }
}
