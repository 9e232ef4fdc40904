package io.github.tiltbench.algorithm.smc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.smc.BootstrapSmc.Proposal;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.exactness.AllFills;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.model.MarkovLaw;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.TokenScores;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proposals of tokens on the reference model of four tokens and on chains of its kind. */
class LocallyOptimalTest {
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);
  private static final double Z = 6.266019475367;

  private static BootstrapSmc smc(
      int n, double threshold, Proposal proposal, int completions, int top) {
    return new BootstrapSmc(
        n,
        ResamplingScheme.SYSTEMATIC,
        threshold,
        completions == 0 ? Decoding.POSTERIOR_MEAN : Decoding.SAMPLE,
        1,
        OutputRule.ALL,
        OptionalInt.of(Math.max(1, completions)),
        Optional.of(proposal),
        top == 0 ? OptionalInt.empty() : OptionalInt.of(top),
        Optional.empty());
  }

  private static void assertSquare(double[] logWeights, double golden) {
    SampleMoments w = new SampleMoments();
    SampleMoments squares = new SampleMoments();
    for (double log : logWeights) {
      w.add(Math.exp(log) / Z);
      squares.add(Math.exp(2 * log) / (Z * Z));
    }
    w.assertMean(1, 4, "E w / Z");
    squares.assertMean(golden, 4, "E w^2 / Z^2");
    assertEquals(golden, squares.mean(), 0.08 * golden);
  }

  /** The mean square of the weight of one particle, by modes of what is masked. */
  @ParameterizedTest
  @CsvSource({"MODEL, 4.653845", "CHILD, 4.545414", "PARENT, 1.907392"})
  void weightsByModesVaryAsPublished(Proposal proposal, double golden) {
    int n = 8000;
    Samples samples = T43.run(smc(n, 0, proposal, 0, 0), n, Budget.UNLIMITED, 1);
    assertSquare(samples.logWeights(), golden);
  }

  /** The same by soft values over all completions. */
  @ParameterizedTest
  @CsvSource({
    "PARENT, 0, 1.163130",
    "CHILD, 0, 1.002940",
    "PARENT, 1, 1.824565",
    "CHILD, 1, 1.689349",
    "CHILD, 2, 1.002940"
  })
  void weightsBySoftValuesVaryAsPublished(Proposal proposal, int top, double golden) {
    int n = 3000;
    Problem problem = T43.problem(n, Budget.UNLIMITED);
    Session session = AllFills.of(T43, T43.session(problem, new Meter(Budget.UNLIMITED), 1));
    Samples samples = smc(n, 0, proposal, 1, top).at(problem).sample(session);
    assertSquare(samples.logWeights(), golden);
  }

  /** Few drawn completions and few particles, resampled or not: Z^ and the law stay right. */
  @ParameterizedTest
  @CsvSource({
    "PARENT, 1, 0, 2",
    "PARENT, 3, 1, 0.5",
    "CHILD, 2, 0, 2",
    "CHILD, 1, 1, 2",
    "PARENT, 0, 0, 2"
  })
  void evidenceIsUnbiased(Proposal proposal, int completions, int top, double threshold) {
    ExactPaths exact = new ExactPaths(T43);
    SampleMoments z = new SampleMoments();
    SampleMoments off = new SampleMoments();
    for (int trial = 0; trial < 500; trial++) {
      Samples samples =
          T43.run(smc(4, threshold, proposal, completions, top), 4, Budget.UNLIMITED, trial);
      double estimate = Math.exp(samples.scalars().get("log_evidence")) / Z;
      double[] w = new Weights(samples.logWeights()).normalised();
      double reward = ExactPaths.dot(w, TokenLabs.rewards(T43, samples.states()));
      z.add(estimate);
      off.add(estimate * (reward - exact.tiltedReward()));
    }
    z.assertMean(1, 4, "E Z^ / Z");
    off.assertMean(0, 4, "E Z^ (r - E r)");
  }

  /** Where nothing promises more than anything else, tokens are the model's own. */
  @ParameterizedTest
  @CsvSource({"PARENT", "CHILD"})
  void aConstantRewardLeavesTheChain(Proposal proposal) {
    Lab flat =
        new Lab(T43.denoiser(), T43.process(), new TokenScores(new double[] {0, 0, 0}, 0, 0), 1);
    Samples plain = flat.run(smc(50, 0.5, Proposal.MODEL, 0, 0), 50, Budget.UNLIMITED, 3);
    Samples proposed = flat.run(smc(50, 0.5, proposal, 2, 0), 50, Budget.UNLIMITED, 3);
    assertArrayEquals(
        ((Batch.Tokens) plain.states()).data(), ((Batch.Tokens) proposed.states()).data());
    assertEquals(0, proposed.scalars().get("log_evidence"), 1e-12);
  }

  /** A root, then a call a particle, or one a candidate; the sample is scored once. */
  @Test
  void priceIsThatOfItsCandidates() {
    Problem problem = T43.problem(7, Budget.UNLIMITED);
    assertEquals(
        Cost.of(28, 28, 7 * 3 * (3 * 5 + 1)), smc(7, 0, Proposal.PARENT, 5, 0).cost(problem));
    assertEquals(Cost.of(70, 70, 7 * 3 * 4), smc(7, 0, Proposal.CHILD, 0, 0).cost(problem));
    assertEquals(Cost.of(49, 49, 7 * 2 * 7), smc(7, 0, Proposal.CHILD, 2, 1).cost(problem));
    assertEquals(
        smc(7, 0, Proposal.CHILD, 2, 0).cost(problem),
        smc(7, 0, Proposal.CHILD, 2, 9).cost(problem));
  }

  /** Tokens that cannot follow are not asked about, and rewards that rule out are met exactly. */
  @ParameterizedTest
  @CsvSource({"PARENT, 0", "CHILD, 0", "CHILD, 1", "PARENT, 2"})
  void whatCannotBeIsLeftOut(Proposal proposal, int top) {
    MarkovLaw law =
        new MarkovLaw(
            4,
            new double[] {0.5, 0.5, 0},
            new double[][] {{0, 1, 0}, {0.3, 0.3, 0.4}, {0, 0.5, 0.5}});
    Lab lab =
        new Lab(
            law.denoiser(),
            new FirstHittingProcess(law.space()),
            (clean, condition) -> {
              double[] score = new double[clean.size()];
              for (int row = 0; row < score.length; row++) {
                int[] x = ((Batch.Tokens) clean).row(row);
                long twos = Arrays.stream(x).filter(v -> v == 2).count();
                score[row] = twos == 0 ? Double.NEGATIVE_INFINITY : 0.7 * twos;
              }
              return score;
            },
            1);
    double z = new ExactPaths(lab).evidence();
    SampleMoments estimate = new SampleMoments();
    for (int trial = 0; trial < 500; trial++) {
      Samples samples = lab.run(smc(3, 2, proposal, 2, top), 3, Budget.UNLIMITED, trial);
      estimate.add(Math.exp(samples.scalars().get("log_evidence")) / z);
    }
    estimate.assertMean(1, 4, "E Z^ / Z");
  }

  /** The likeliest first, the lower id among equals; one draw for the rest, with its mass. */
  @Test
  void candidatesAreTheLikeliestAndOneForTheRest() {
    double[] log = {
      Math.log(0.1), Math.log(0.3), Math.log(0.3), Double.NEGATIVE_INFINITY, Math.log(0.3)
    };
    TokenProposal two = new TokenProposal(true, OptionalInt.of(2));
    assertArrayEquals(new int[] {1, 2, 0}, two.options(log, 0.2).token());
    assertArrayEquals(new int[] {1, 2, 4}, two.options(log, 0.26).token());
    assertEquals(Math.log(0.4), two.options(log, 0.2).log()[2], 1e-12);
    assertEquals(5, new TokenProposal(true, OptionalInt.of(Integer.MAX_VALUE)).width(5));
    TokenProposal all = new TokenProposal(true, OptionalInt.of(4));
    assertArrayEquals(new int[] {0, 1, 2, 1, 4}, all.options(log, 0.2).token());
    assertEquals(Double.NEGATIVE_INFINITY, all.options(log, 0.2).log()[3]);
    double[] sure = {Double.NEGATIVE_INFINITY, 0, Double.NEGATIVE_INFINITY};
    TokenProposal.Options one = new TokenProposal(true, OptionalInt.of(1)).options(sure, 0.5);
    assertArrayEquals(new int[] {1, 1}, one.token());
    assertArrayEquals(new double[] {0, Double.NEGATIVE_INFINITY}, one.log());
  }

  /** Ancestral steps reveal several tokens or none; each is drawn and weighed by itself. */
  @ParameterizedTest
  @CsvSource({"1, 0, 2, 3", "3, 1, 0.5, 3", "0, 0, 2, 6"})
  void ancestralStepsAreUnbiased(int completions, int top, double threshold, int steps) {
    Lab lab = TokenLabs.t43(space -> new MaskedProcess(space, steps));
    ExactPaths exact = new ExactPaths(lab);
    SampleMoments z = new SampleMoments();
    SampleMoments off = new SampleMoments();
    for (int trial = 0; trial < 600; trial++) {
      BootstrapSmc smc = smc(4, threshold, Proposal.PARENT, completions, top);
      Samples samples = lab.run(smc, 4, Budget.UNLIMITED, trial);
      double estimate = Math.exp(samples.scalars().get("log_evidence")) / exact.evidence();
      double[] w = new Weights(samples.logWeights()).normalised();
      double reward = ExactPaths.dot(w, TokenLabs.rewards(lab, samples.states()));
      z.add(estimate);
      off.add(estimate * (reward - exact.tiltedReward()));
    }
    z.assertMean(1, 4, "E Z^ / Z");
    off.assertMean(0, 4, "E Z^ (r - E r)");
  }

  /**
   * All in one step: each token is weighed by the mean over those still to come, which are
   * independent, so that the weights do not vary at all.
   */
  @Test
  void softValuesOfOneAncestralStepAreExact() {
    Lab lab = TokenLabs.t43(space -> new MaskedProcess(space, 1));
    Problem problem = lab.problem(50, Budget.UNLIMITED);
    Meter meter = new Meter(Budget.UNLIMITED);
    Session session = AllFills.of(lab, lab.session(problem, meter, 1));
    double[] log = smc(50, 0, Proposal.PARENT, 1, 0).at(problem).sample(session).logWeights();
    for (double l : log) {
      assertEquals(Math.log(4.847489), l, 1e-6);
    }
    assertEquals(50, meter.spent().nfe());
  }

  /** Samples that are ruled out weigh nothing, though a token is never ruled out on the way. */
  @Test
  void ancestralSamplesThatAreRuledOutWeighNothing() {
    Lab free = TokenLabs.t43(space -> new MaskedProcess(space, 3));
    Lab lab =
        new Lab(
            free.denoiser(),
            free.process(),
            (clean, condition) -> {
              double[] reward = TokenLabs.rewards(free, clean);
              Arrays.setAll(reward, i -> reward[i] < 1 ? Double.NEGATIVE_INFINITY : reward[i]);
              return reward;
            },
            1);
    double z = new ExactPaths(lab).evidence();
    SampleMoments estimate = new SampleMoments();
    for (int trial = 0; trial < 600; trial++) {
      Samples samples = lab.run(smc(4, 2, Proposal.PARENT, 2, 0), 4, Budget.UNLIMITED, trial);
      estimate.add(Math.exp(samples.scalars().get("log_evidence")) / z);
    }
    estimate.assertMean(1, 4, "E Z^ / Z");
  }

  /** By first-hitting a price is met to the reward. */
  @Test
  void whatAParentSpendsIsItsPrice() {
    Problem problem = T43.problem(7, Budget.UNLIMITED);
    Meter meter = new Meter(Budget.UNLIMITED);
    BootstrapSmc smc = smc(7, 0.5, Proposal.PARENT, 5, 0);
    smc.sample(problem, T43.session(problem, meter, 0));
    assertEquals(smc.cost(problem), meter.spent());
  }

  @Test
  void whatHasNoSuchStepsIsRefusedByName() {
    Lab ancestral = TokenLabs.t43(space -> new MaskedProcess(space, 4));
    Support.No no =
        assertInstanceOf(
            Support.No.class,
            smc(4, 0.5, Proposal.CHILD, 0, 0).supports(ancestral.problem(1, Budget.UNLIMITED)));
    assertTrue(no.reason().contains("first-hitting"), no.reason());
    assertThrows(IllegalArgumentException.class, () -> smc(4, 0.5, Proposal.MODEL, 0, 2));
  }
}
