package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Tds.Proposal;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.run.Lab;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Twisted proposals: what they cost, what they weigh, how much variance they leave. */
class TdsTest {
  private static Tds tds(int n, Proposal proposal, double scale, double threshold) {
    return new Tds(
        n, proposal, scale, 1, Ramp.NONE, ResamplingScheme.SYSTEMATIC, threshold, OutputRule.ALL);
  }

  private static FkSteering difference(int n, double threshold) {
    return new FkSteering(
        n,
        Potential.DIFFERENCE,
        Ramp.NONE,
        0,
        0,
        1,
        Decoding.POSTERIOR_MEAN,
        1,
        ResamplingScheme.SYSTEMATIC,
        threshold,
        OutputRule.ALL);
  }

  private static SampleMoments evidence(Algorithm algorithm, int n, int trials) {
    Lab lab = ReferenceChain.lab();
    SampleMoments z = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      double log = lab.run(algorithm, n, Budget.UNLIMITED, trial).scalars().get("log_evidence");
      z.add(Math.exp(log) / ReferenceChain.EVIDENCE);
    }
    return z;
  }

  /**
   * Published relative deviations of the evidence estimate. A deviation of nearly normal numbers
   * has a relative standard error of 1.1 % at 4,000 trials; tails make it a little more.
   */
  @ParameterizedTest
  @CsvSource({
    "score, 4, 2, 0.252",
    "score, 4, 0.5, 0.264",
    "cov, 4, 2, 0.072",
    "cov, 4, 0, 0.069",
    "none, 4, 2, 0.315",
    "score, 16, 2, 0.123",
    "cov, 16, 2, 0.037",
    "none, 16, 2, 0.158"
  })
  void variancesAreThePublishedOnes(String push, int n, double threshold, double deviation) {
    Algorithm algorithm =
        switch (push) {
          case "cov" -> tds(n, Proposal.COV, 1, threshold);
          case "score" -> tds(n, Proposal.SCORE, 1, threshold);
          default -> difference(n, threshold);
        };
    SampleMoments z = evidence(algorithm, n, 4000);
    z.assertMean(1, 4, "E[Z^]/Z");
    assertEquals(deviation, Math.sqrt(z.variance()), 0.06 * deviation);
  }

  /** Keeps copies of the states that go through a model. */
  private record Recording(Denoiser inner, List<double[]> seen) implements Denoiser {
    @Override
    public StateSpace space() {
      return inner.space();
    }

    @Override
    public boolean differentiable() {
      return true;
    }

    @Override
    public Cost odometer() {
      return inner.odometer();
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      seen.add(((Batch.Reals) x).data().clone());
      return inner.denoise(x, level, condition);
    }

    @Override
    public Linearised linearise(Batch x, int[] level, Condition[] condition) {
      seen.add(((Batch.Reals) x).data().clone());
      return inner.linearise(x, level, condition);
    }
  }

  /**
   * The weight of every path from its states alone, by whole normal densities with the published
   * c_t: the variance, or beta_t / sqrt(1 - beta_t).
   */
  @ParameterizedTest
  @CsvSource({"COV, 1, 1, NONE", "SCORE, 1, 1, NONE", "SCORE, 0.5, 2, LINEAR", "COV, 2, 3, LINEAR"})
  void weightsAreThoseOfTheDensities(Proposal proposal, double scale, int every, Ramp ramp) {
    Lab lab = ReferenceChain.lab();
    List<double[]> path = new ArrayList<>();
    Lab recording =
        new Lab(new Recording(lab.denoiser(), path), lab.process(), lab.verifier(), lab.beta());
    int n = 50;
    Tds tds =
        new Tds(n, proposal, scale, every, ramp, ResamplingScheme.SYSTEMATIC, 0, OutputRule.ALL);
    Samples samples = recording.run(tds, n, Budget.UNLIMITED, 1);
    path.add(((Batch.Reals) samples.states()).data());
    GaussianProcess process = (GaussianProcess) lab.process();
    for (int i = 0; i < n; i++) {
      double last = path.get(10)[i];
      double log = -(last - 2) * (last - 2);
      for (int level = 10; level > 1; level--) {
        double now = process.alphaBar(level);
        double next = process.alphaBar(level - 1);
        double x = path.get(10 - level)[i];
        double kappa = 0.25 * Math.sqrt(now) / (0.25 * now + 1 - now);
        double clean = 1 + kappa * (x - Math.sqrt(now));
        double beta = 1 - now / next;
        double mean =
            Math.sqrt(next) * beta / (1 - now) * clean
                + Math.sqrt(1 - beta) * (1 - next) / (1 - now) * x;
        double variance = beta * (1 - next) / (1 - now);
        double share = ramp == Ramp.NONE ? 1 : 1 - level / 10.0;
        boolean pushed = (10 - level) % every == 0;
        double c = proposal == Proposal.COV ? variance : beta / Math.sqrt(1 - beta);
        double push = pushed ? scale * c * share * -2 * (clean - 2) * kappa : 0;
        double y = path.get(11 - level)[i];
        log += square(y - mean - push) / (2 * variance) - square(y - mean) / (2 * variance);
      }
      assertEquals(log, samples.logWeights()[i], 2e-5 * Math.max(1, Math.abs(log)));
    }
  }

  private static double square(double x) {
    return x * x;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2})
  void withoutPushItIsFkSteeringByDifferences(double threshold) {
    for (ExactLaw target : ExactLaw.all()) {
      Samples fk = target.lab(10).run(difference(16, threshold), 16, Budget.UNLIMITED, 3);
      for (Proposal proposal : Proposal.values()) {
        Samples tds = target.lab(10).run(tds(16, proposal, 0, threshold), 16, Budget.UNLIMITED, 3);
        assertArrayEquals(
            ((Batch.Reals) fk.states()).data(), ((Batch.Reals) tds.states()).data(), 0);
        assertArrayEquals(fk.logWeights(), tds.logWeights(), 0);
      }
    }
  }

  /** The last step draws no noise: it is valued but not pushed. */
  @Test
  void theCostIsTheFormulas() {
    Problem problem = ReferenceChain.lab().problem(8, Budget.UNLIMITED);
    assertEquals(new Cost(80, 80, 72, 88, 0), tds(8, Proposal.COV, 1, 0.5).cost(problem));
    Tds sparse =
        new Tds(4, Proposal.COV, 1, 3, Ramp.LINEAR, ResamplingScheme.SSP, 0.5, OutputRule.ONE);
    assertEquals(new Cost(320, 320, 64, 320, 0), sparse.cost(problem));
  }

  @Test
  void whatItNeedsIsNamed() {
    Lab lab = ReferenceChain.lab();
    Lab still =
        new Lab(
            lab.denoiser(),
            GaussianExactnessTest.ddim(10, 0).over(new StateSpace.Euclidean(new int[] {1})),
            lab.verifier(),
            1);
    Lab blind = new Lab(lab.denoiser(), lab.process(), (x, c) -> new double[x.size()], 1);
    assertInstanceOf(Support.Yes.class, support(lab));
    assertTrue(((Support.No) support(still)).reason().contains("noise"));
    assertTrue(((Support.No) support(blind)).reason().contains("gradient"));
  }

  private static Support support(Lab lab) {
    return tds(8, Proposal.COV, 1, 0.5).supports(lab.problem(8, Budget.UNLIMITED));
  }
}
