package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Potentials on the way: whichever they are, every path ends with the weight of its reward. */
class FkSteeringTest {
  static FkSteering fk(
      int n, Potential potential, Ramp ramp, int from, int to, int interval, double threshold) {
    return new FkSteering(
        n,
        potential,
        ramp,
        from,
        to,
        interval,
        Decoding.POSTERIOR_MEAN,
        1,
        ResamplingScheme.SYSTEMATIC,
        threshold,
        OutputRule.ALL);
  }

  /** Without resampling the weight of a path is exp(r / beta), to the last potential. */
  @ParameterizedTest
  @EnumSource
  void potentialsMultiplyToTheReward(Potential potential) {
    for (ExactLaw target : ExactLaw.all()) {
      Lab lab = target.lab(10);
      for (Ramp ramp : Ramp.values()) {
        for (int interval = 1; interval <= 3; interval++) {
          FkSteering fk = fk(20, potential, ramp, 2, 9, interval, 0);
          Samples samples = lab.run(fk, 20, Budget.UNLIMITED, interval);
          double[] reward = lab.verifier().score(samples.states(), null);
          double[] tilt = Arrays.stream(reward).map(r -> r / ExactLaw.BETA).toArray();
          assertArrayEquals(tilt, samples.logWeights(), 1e-9);
        }
      }
    }
  }

  static List<Algorithm> steerers() {
    List<Algorithm> all = new ArrayList<>();
    for (Potential potential : Potential.values()) {
      all.add(fk(8, potential, Ramp.LINEAR, 0, 0, 2, 2));
    }
    for (Tds.Proposal p : Tds.Proposal.values()) {
      all.add(new Tds(8, p, 1, 1, Ramp.NONE, ResamplingScheme.SYSTEMATIC, 2, OutputRule.ALL));
    }
    for (Urge.Drift d : List.of(Urge.Drift.NONE, Urge.Drift.REWARD)) {
      all.add(new Urge(8, Optional.of(d), 1, ResamplingScheme.SYSTEMATIC, 2, OutputRule.ALL));
    }
    return all;
  }

  /** A reward that is the same everywhere leaves the model's own samples, noise for noise. */
  @ParameterizedTest
  @MethodSource("steerers")
  void aConstantRewardSteersNothing(Algorithm algorithm) {
    Lab lab = ExactLaw.all().get(2).lab(10);
    Lab flat = new Lab(lab.denoiser(), lab.process(), new Linear(new double[] {0, 0}, 0.25), 0.5);
    Samples plain = flat.run(new Pretrained(), 8, Budget.UNLIMITED, 4);
    Samples steered = flat.run(algorithm, 8, Budget.UNLIMITED, 4);
    assertArrayEquals(
        ((Batch.Reals) plain.states()).data(), ((Batch.Reals) steered.states()).data(), 0);
    assertEquals(0.5, steered.scalars().get("log_evidence"), 1e-12);
  }

  /** Weights forget a constant in the reward; log Z gains it over beta. */
  @ParameterizedTest
  @EnumSource
  void aConstantInTheRewardOnlyMovesTheEvidence(Potential potential) {
    Lab lab = ExactLaw.all().get(0).lab(10);
    Linear reward = (Linear) lab.verifier();
    Lab raised =
        new Lab(lab.denoiser(), lab.process(), new Linear(reward.coefficients(), 3), ExactLaw.BETA);
    FkSteering fk = fk(8, potential, Ramp.NONE, 0, 0, 2, 0.5);
    Samples a = lab.run(fk, 8, Budget.UNLIMITED, 6);
    Samples b = raised.run(fk, 8, Budget.UNLIMITED, 6);
    assertArrayEquals(((Batch.Reals) a.states()).data(), ((Batch.Reals) b.states()).data(), 0);
    assertArrayEquals(
        new Weights(a.logWeights()).normalised(), new Weights(b.logWeights()).normalised(), 1e-9);
    assertEquals(
        a.scalars().get("log_evidence") + 3 / ExactLaw.BETA, b.scalars().get("log_evidence"), 1e-9);
  }

  @Test
  void differencesEverywhereAreBootstrapSmc() {
    BootstrapSmc smc =
        new BootstrapSmc(
            16, ResamplingScheme.SYSTEMATIC, 0.7, Decoding.POSTERIOR_MEAN, 2, OutputRule.ALL);
    FkSteering fk = fk(16, Potential.DIFFERENCE, Ramp.NONE, 0, 0, 2, 0.7);
    Lab lab = ExactLaw.all().get(3).lab(11);
    Samples a = lab.run(smc, 16, Budget.UNLIMITED, 2);
    Samples b = lab.run(fk, 16, Budget.UNLIMITED, 2);
    assertArrayEquals(((Batch.Reals) a.states()).data(), ((Batch.Reals) b.states()).data(), 0);
    assertArrayEquals(a.logWeights(), b.logWeights(), 0);
  }

  /**
   * Published relative deviations at levels 8, 6, 4, 2 with four particles. Those of the sum have
   * heavy tails, so few trials cannot pin them: 25 % is left to it.
   */
  @ParameterizedTest
  @CsvSource({
    "DIFFERENCE, 2, 0.31, 0.06",
    "DIFFERENCE, 0.5, 0.30, 0.06",
    "MAX, 2, 0.38, 0.06",
    "MAX, 0.5, 0.32, 0.06",
    "SUM, 0.5, 1.16, 0.25"
  })
  void variancesAreThePublishedOnes(
      Potential potential, double threshold, double deviation, double tolerance) {
    Lab lab = ReferenceChain.lab();
    FkSteering fk = fk(4, potential, Ramp.NONE, 2, 0, 2, threshold);
    SampleMoments z = new SampleMoments();
    for (int trial = 0; trial < 6000; trial++) {
      double log = lab.run(fk, 4, Budget.UNLIMITED, trial).scalars().get("log_evidence");
      z.add(Math.exp(log) / ReferenceChain.EVIDENCE);
    }
    z.assertMean(1, 4, "E[Z^]/Z");
    assertEquals(deviation, Math.sqrt(z.variance()), tolerance * deviation);
  }

  /** A large population finds the tilted mean; a window beyond the chain is plain weighting. */
  @ParameterizedTest
  @CsvSource({"DIFFERENCE, 2", "MAX, 2", "DIFFERENCE, 99"})
  void aLargePopulationFindsTheTiltedMean(Potential potential, int from) {
    int n = 100_000;
    FkSteering fk = fk(n, potential, Ramp.NONE, from, 0, 2, 0.5);
    Samples samples = ReferenceChain.lab().run(fk, n, Budget.UNLIMITED, 0);
    double[] w = new Weights(samples.logWeights()).normalised();
    double[] x = ((Batch.Reals) samples.states()).data();
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += w[i] * x[i];
    }
    assertEquals(ReferenceChain.TILTED_MEAN, mean, 0.007);
  }

  /** The schedule 2-8-3 of ten steps scores after 2, 5 and 8 steps, and at the end. */
  @Test
  void theCostIsTheFormulas() {
    Lab lab = ReferenceChain.lab();
    Cost cost =
        fk(5, Potential.MAX, Ramp.NONE, 2, 8, 3, 0.5).cost(lab.problem(5, Budget.UNLIMITED));
    assertEquals(Cost.of(50, 50, 20), cost);
    cost = fk(5, Potential.MAX, Ramp.LINEAR, 0, 0, 5, 0.5).cost(lab.problem(5, Budget.UNLIMITED));
    assertEquals(Cost.of(50, 50, 10), cost, "nothing is scored where its share is 0");
  }

  @Test
  void schedulesThatMakeNoSenseAreRefused() {
    for (int[] s : new int[][] {{-1, 0, 1}, {3, 2, 1}, {0, 0, 0}, {2, -1, 1}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> fk(4, Potential.MAX, Ramp.NONE, s[0], s[1], s[2], 0.5));
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new FkSteering(
                4,
                Potential.MAX,
                Ramp.NONE,
                0,
                0,
                1,
                Decoding.POSTERIOR_MEAN,
                2,
                ResamplingScheme.SSP,
                0.5,
                OutputRule.ONE));
  }
}
