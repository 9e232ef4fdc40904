package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.Reno;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Quadratic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting noise that climbs, on affine maps of noise to samples. */
class RenoTest {
  private static final double[] CENTER = {6, 8, 0};
  private static final double BETA = 0.5;

  private static Lab lab(int steps) {
    Gaussian model =
        new Gaussian(
            new double[] {0.5, 0.5, 0},
            new double[] {0.64, 0.64, 0.64},
            GaussianExactnessTest.ddim(steps, 0));
    return new Lab(model.open(), model.reverse(), new Quadratic(CENTER, 0.02), BETA);
  }

  private static double[] run(Lab lab, Reno reno, int trial) {
    return ((Batch.Reals) lab.run(reno, 4, Budget.UNLIMITED, trial).states()).data();
  }

  /** The map of noise to samples, x = m + k z, from the model's own samples. */
  private static double[] map(Lab lab) {
    double[] x = ((Batch.Reals) lab.run(new Pretrained(), 2, Budget.UNLIMITED, 0).states()).data();
    double[] z = new double[6];
    Lab.seed(0).noise(Purpose.PRIOR, lab.process().steps()).normals(2, z);
    double k = (x[0] - x[3]) / (z[0] - z[3]);
    return new double[] {k, x[0] - k * z[0], x[1] - k * z[1], x[2] - k * z[2]};
  }

  /**
   * Small moves climb to where the gradient of reward over beta is that of the penalty; the reward
   * grows all the way, so that the last sample is the best.
   */
  @ParameterizedTest
  @CsvSource({"1, 0.01", "2, 0.01", "2, 0"})
  void itClimbsToWhereRewardAndPenaltyBalance(int steps, double penalty) {
    Lab lab = lab(steps);
    double[] map = map(lab);
    double[] x = run(lab, new Reno(3000, 1, 0, 10, penalty), 0);
    for (int row = 0; row < 4; row++) {
      double[] z = new double[3];
      double squares = 0;
      for (int i = 0; i < 3; i++) {
        z[i] = (x[3 * row + i] - map[1 + i]) / map[0];
        squares += z[i] * z[i];
      }
      for (int i = 0; i < 3; i++) {
        double reward = -0.02 / BETA * map[0] * (x[3 * row + i] - CENTER[i]);
        assertEquals(penalty * (1 - 2 / squares) * z[i], reward, 1e-3, "row " + row);
      }
    }
  }

  /** Two iterations: one move, of the gradient and its momentum, or of the bound's length. */
  @Test
  void aMoveIsNesterovs() {
    Lab lab = lab(1);
    double[] map = map(lab);
    for (double clip : new double[] {10, 1e-3}) {
      double[] x = run(lab, new Reno(2, 0.5, 0.9, clip, 0), 0);
      double[] z = new double[12];
      Lab.seed(0).noise(Purpose.PRIOR, 1).normals(4, z);
      for (int row = 0; row < 4; row++) {
        double[] slope = new double[3];
        double length = 0;
        for (int i = 0; i < 3; i++) {
          double at = map[1 + i] + map[0] * z[3 * row + i];
          slope[i] = -0.02 / BETA * map[0] * (at - CENTER[i]);
          length += slope[i] * slope[i];
        }
        double bound = Math.min(1, clip / Math.sqrt(length));
        for (int i = 0; i < 3; i++) {
          double moved = z[3 * row + i] + 0.5 * 1.9 * bound * slope[i];
          assertEquals(map[1 + i] + map[0] * moved, x[3 * row + i], 1e-6, "row " + row);
        }
      }
    }
  }

  /** A move that overshoots is not returned. */
  @Test
  void theBestIsKept() {
    Lab lab = lab(2);
    double[] plain =
        ((Batch.Reals) lab.run(new Pretrained(), 4, Budget.UNLIMITED, 0).states()).data();
    assertArrayEquals(plain, run(lab, new Reno(2, 1e6, 0.9, 0.1, 0.01), 0));
    assertArrayEquals(plain, run(lab, new Reno(1, 5, 0.9, 0.1, 0.01), 0));
  }

  @Test
  void publishedSettingsGainReward() {
    Lab lab = lab(2);
    double[] before =
        lab.verifier().score(lab.run(new Pretrained(), 4, Budget.UNLIMITED, 0).states(), null);
    Batch after = lab.run(new Reno(50, 5, 0.9, 0.1, 0.01), 4, Budget.UNLIMITED, 0).states();
    double[] reward = lab.verifier().score(after, null);
    for (int i = 0; i < 4; i++) {
      assertTrue(reward[i] > before[i]);
    }
  }

  @Test
  void costsAreTheFormulas() {
    Lab lab = lab(2);
    assertEquals(
        new Cost(99 * 2, 99 * 2, 49 * 2, 50, 0),
        new Reno(50, 5, 0.9, 0.1, 0.01).cost(lab.problem(1, Budget.UNLIMITED)));
  }

  @ParameterizedTest
  @ValueSource(ints = {97, 331})
  void anOddBudgetIsFilled(int budget) {
    Lab lab = lab(2);
    Budget compute = Budget.of(Unit.COMPUTE, budget);
    long spent = Reno.DEFAULT.cost(lab.problem(1, compute)).of(Unit.COMPUTE);
    assertTrue(spent <= budget && spent > budget - 8, "spent " + spent);
    lab.run(Reno.DEFAULT, 1, compute, 0);
  }

  @Test
  void longChainsAreLeftOut() {
    Support.No no =
        assertInstanceOf(
            Support.No.class, Reno.DEFAULT.supports(lab(5).problem(1, Budget.of(Unit.NFE, 100))));
    assertTrue(no.reason().contains("at most 4 steps"), no.reason());
  }
}
