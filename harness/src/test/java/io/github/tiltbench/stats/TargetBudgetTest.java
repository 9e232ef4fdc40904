package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TargetBudgetTest {
  private static final Confidence C = Confidence.standard(3);
  private static final double[] BUDGETS = {100, 200, 400, 800};

  /** A curve against a cell that is the same in every unit. */
  private static Estimate reached(double target, double[] budgets) {
    SplittableRandom random = new SplittableRandom(1);
    Matched cells =
        Cells.of(
            60,
            1,
            random,
            (p, r) -> {
              double shared = r.nextGaussian();
              double[][] values = new double[5][];
              for (int k = 0; k < 4; k++) {
                values[k] = new double[] {k + shared + 0.2 * r.nextGaussian()};
              }
              values[4] = new double[] {target};
              return values;
            });
    return TargetBudget.match(cells, budgets, 1, C);
  }

  /** A mean that grows by one for each doubling reaches 1.5 at 100 * 2^1.5 = 282.8. */
  @Test
  void budgetForATarget() {
    Estimate.Interval e = Cells.interval(reached(1.5, BUDGETS));
    assertTrue(e.low() < 282.8 && 282.8 < e.high(), e.toString());
    // shared luck has the standard deviation 1, so log2 b* has the error 1.01 / sqrt 60
    double half = 1.96 * Math.sqrt(1.02 / 60);
    assertEquals(2 * half, Math.log(e.high() / e.low()) / Math.log(2), 0.35 * half);
  }

  /** Both curves grow by one a doubling, B from 0 and A from -1: A needs twice as much. */
  @Test
  void matchingCostsTwiceAndLuckCancels() {
    Matched cells = Cells.curve(60, new double[] {-1, 0, 1, 2, 1}, 0.2, new SplittableRandom(2));
    Estimate.Interval e = Cells.interval(TargetBudget.match(cells, BUDGETS, 200, C));
    assertTrue(e.low() < 2 && 2 < e.high(), e.toString());
    assertTrue(e.high() / e.low() < 1.15, e.toString());
  }

  @Test
  void nothingOutsideOfTheTestedRange() {
    assertEquals(
        "even the largest tested budget does not reach this mean",
        Cells.refusal(reached(4, BUDGETS)));
    assertEquals(
        "the smallest tested budget has passed this mean already",
        Cells.refusal(reached(-1, BUDGETS)));
    String reason = Cells.refusal(reached(2.95, BUDGETS));
    assertTrue(reason.endsWith("% of the resamples leave the tested budgets"), reason);
    assertTrue(reason.contains(", but without an interval: "), reason);
  }

  /** Nominal 0.95 for the budget ratio; 1000 experiments have a standard error of 0.7 %. */
  @Test
  void simulatedCoverageOfTheRatio() {
    SplittableRandom r = new SplittableRandom(5);
    int covered = 0;
    for (int i = 0; i < 1000; i++) {
      Matched cells = Cells.curve(24, new double[] {-1, 0, 1, 2, 0.5}, 0.3, r);
      Estimate.Interval e =
          Cells.interval(TargetBudget.match(cells, BUDGETS, 100, new Confidence(0.95, 399, i)));
      double truth = Math.pow(2, 1.5);
      covered += e.low() <= truth && truth <= e.high() ? 1 : 0;
    }
    assertEquals(0.95, covered / 1000.0, 0.028);
  }

  @Test
  void budgetsMustAscend() {
    assertThrows(IllegalArgumentException.class, () -> reached(1, new double[] {4, 3, 2, 1}));
    assertThrows(IllegalArgumentException.class, () -> reached(1, new double[] {1, 2}));
  }
}
