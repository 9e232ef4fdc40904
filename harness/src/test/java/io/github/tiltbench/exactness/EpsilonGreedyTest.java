package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Beam;
import io.github.tiltbench.algorithm.search.EpsilonGreedy;
import io.github.tiltbench.algorithm.search.Neighbourhood;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.GaussianChain;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepCoefficients;
import io.github.tiltbench.run.Lab;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Search of each step's noise: its means, and the law it leaves where nothing is to be found. */
class EpsilonGreedyTest {
  private static final Lab LINEAR = G10.lab();

  private static EpsilonGreedy released(int n, int k, double epsilon, boolean keepPivot) {
    return new EpsilonGreedy(n, k, epsilon, 0.15, Neighbourhood.EUCLID, keepPivot);
  }

  @Test
  void oneRoundOfNewNoisesIsSvddBitForBit() {
    EpsilonGreedy one = new EpsilonGreedy(4, 1, 1, 0.15, Neighbourhood.SPHERE, true);
    Svdd svdd = new Svdd(4, 0, Svdd.Value.POSTERIOR_MEAN);
    Lab[] labs = {LINEAR, G10.lab(3, 1, x -> -(x - 2) * (x - 2))};
    for (Lab lab : labs) {
      assertArrayEquals(BeamTest.states(lab, svdd, 40, 1), BeamTest.states(lab, one, 40, 1));
    }
    assertEquals(Cost.of(37, 37, 36), one.cost(LINEAR.problem(1, Budget.UNLIMITED)));
  }

  /**
   * By the released neighbours, and with the pivot kept besides: computed apart from this code to
   * 0.003.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0.4, false, 37, 1.485",
    "20, 0.4, false, 721, 3.944",
    "20, 0, false, 721, 3.022",
    "20, 0.4, true, 721, 4.568",
    "20, 0, true, 721, 3.073"
  })
  void theSearchHasItsMean(int k, double epsilon, boolean keepPivot, long nfe, double mean) {
    EpsilonGreedy search = released(4, k, epsilon, keepPivot);
    assertEquals(Cost.of(nfe, nfe, nfe - 1), search.cost(LINEAR.problem(1, Budget.UNLIMITED)));
    SampleMoments x = BeamTest.moments(LINEAR, search, 4, 500);
    assertEquals(mean, x.mean(), 4 * x.standardError() + 0.006);
  }

  /**
   * Where all rewards are equal samples have the model's law, but by the released neighbours, whose
   * pivot grows by a third of the squared radius a round unless it is drawn anew.
   */
  @ParameterizedTest
  @CsvSource({
    "SPHERE, 0, 0.333257",
    "SPHERE, 0.4, 0.333257",
    "AR1, 0, 0.333257",
    "EUCLID, 0, 0.383243",
    "EUCLID, 0.4, 0.337006"
  })
  void aConstantRewardLeavesTheLaw(Neighbourhood near, double epsilon, double variance) {
    Lab flat = G10.lab(2, 1, x -> 0);
    EpsilonGreedy search = new EpsilonGreedy(1, 20, epsilon, 0.15, near, false);
    SampleMoments x = BeamTest.moments(flat, search, 10, 500);
    x.assertMean(G10.MEAN, 4, "mean");
    double error = G10.VARIANCE * Math.sqrt(2.0 / 10_000);
    assertEquals(variance, x.variance(), 4 * error, "variance");
    boolean inflated = Math.abs(x.variance() - G10.VARIANCE) > 4 * error;
    assertEquals(near == Neighbourhood.EUCLID && epsilon == 0, inflated, "the law is lost");
  }

  /** A kept pivot is a candidate of every round: the best value of a step never falls. */
  @Test
  void aKeptPivotOnlyRises() {
    Lab lab = G10.lab(2, 1, x -> x);
    SampleMoments kept = BeamTest.moments(lab, sphere(10, true), 4, 300);
    SampleMoments moved = BeamTest.moments(lab, sphere(10, false), 4, 300);
    assertTrue(kept.mean() > moved.mean(), kept.mean() + " and " + moved.mean());
  }

  private static EpsilonGreedy sphere(int rounds, boolean keepPivot) {
    return new EpsilonGreedy(4, rounds, 0.4, 0.15, Neighbourhood.SPHERE, keepPivot);
  }

  /** As many rounds of four as it pays for, then as many candidates. */
  @ParameterizedTest
  @CsvSource({"36, 28", "37, 37", "60, 55", "97, 91", "331, 325"})
  void theBudgetIsFilled(int budget, long nfe) {
    Lab lab = G10.lab(2, 1, x -> x);
    Budget limit = Budget.of(Unit.NFE, 2L * budget);
    assertEquals(2 * nfe, EpsilonGreedy.DEFAULT.cost(lab.problem(2, limit)).nfe());
    lab.run(EpsilonGreedy.DEFAULT, 2, limit, 0);
  }

  /** Steps without noise cost an evaluation, and the last of them none. */
  @Test
  void silentStepsAreTaken() {
    Lab itself = AffineChain.of(4, 1, 0, 1, 0, 1).lab(new AffineChain.Parabola(0, 1, 0));
    StepCoefficients silent = new StepCoefficients(0, 0, 1, 0);
    StepCoefficients noisy = new StepCoefficients(0, 0, 1, 1);
    GaussianChain chain =
        new GaussianChain(
            (StateSpace.Euclidean) itself.denoiser().space(),
            new double[] {0, 1, 2, 3, 4},
            new double[] {1, 0.8, 0.5, 0.2, 0.1},
            new StepCoefficients[] {null, noisy, silent, noisy, silent},
            Double.POSITIVE_INFINITY);
    Lab lab = new Lab(itself.denoiser(), chain, itself.verifier(), 1);
    EpsilonGreedy search = new EpsilonGreedy(4, 1, 1, 0.15, Neighbourhood.AR1, true);
    assertEquals(Cost.of(1 + 1 + 4 + 1, 7, 8), search.cost(lab.problem(1, Budget.UNLIMITED)));
    SampleMoments x = BeamTest.moments(lab, search, 4, 500);
    x.assertMean(2 * 1.029375, 4, "two steps, each the best of four");
    Beam beam = new Beam(1, 4);
    assertArrayEquals(BeamTest.states(lab, beam, 30, 0), BeamTest.states(lab, search, 30, 0));
    assertEquals(
        beam.cost(lab.problem(1, Budget.UNLIMITED)), search.cost(lab.problem(1, Budget.UNLIMITED)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1})
  void whatMakesNoSenseIsRefused(double epsilon) {
    assertThrows(IllegalArgumentException.class, () -> released(4, 1, epsilon, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new EpsilonGreedy(4, 1, 0, 1.5, Neighbourhood.SPHERE, true));
    assertTrue(reason(EpsilonGreedy.DEFAULT, LINEAR).contains("sphere"));
    assertTrue(reason(EpsilonGreedy.DEFAULT, G10.lab(10, 0)).contains("eta 0"));
    assertTrue(
        reason(EpsilonGreedy.DEFAULT, TokenLabs.t43(FirstHittingProcess::new)).contains("tokens"));
  }

  private static String reason(EpsilonGreedy search, Lab lab) {
    Support no = search.supports(lab.problem(1, Budget.of(Unit.NFE, 500)));
    return assertInstanceOf(Support.No.class, no).reason();
  }
}
