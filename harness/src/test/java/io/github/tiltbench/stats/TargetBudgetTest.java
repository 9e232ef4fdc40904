package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TargetBudgetTest {
  private static final Confidence C = Confidence.standard(3);
  private static final double[] BUDGETS = {100, 200, 400, 800};

  /** A mean that grows by one for each doubling reaches 1.5 at 100 * 2^1.5 = 282.8. */
  @Test
  void budgetForATarget() {
    Matched curve = Cells.curve(60, new double[] {0, 1, 2, 3}, 0.2, new SplittableRandom(1));
    Estimate.Interval e = Cells.interval(TargetBudget.budget(curve, BUDGETS, 1.5, C));
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
    Matched both =
        Cells.curve(60, new double[] {-1, 0, 1, 2, 0, 1, 2, 3}, 0.2, new SplittableRandom(3));
    Estimate.Interval s = Cells.interval(TargetBudget.speedUp(both, BUDGETS, BUDGETS, 1.0, C));
    assertTrue(s.low() < 0.5 && 0.5 < s.high(), s.toString());
    assertTrue(s.high() / s.low() < 1.3, s.toString());
  }

  @Test
  void nothingOutsideOfTheTestedRange() {
    Matched curve = Cells.curve(60, new double[] {0, 1, 2, 3}, 0.2, new SplittableRandom(1));
    assertEquals(
        "even the largest tested budget does not reach this mean",
        Cells.refusal(TargetBudget.budget(curve, BUDGETS, 4, C)));
    assertEquals(
        "the smallest tested budget has passed this mean already",
        Cells.refusal(TargetBudget.budget(curve, BUDGETS, -1, C)));
    double almost = 2.95;
    String reason = Cells.refusal(TargetBudget.budget(curve, BUDGETS, almost, C));
    assertTrue(reason.endsWith("% of the resamples leave the tested budgets"), reason);
    assertTrue(reason.contains(", but without an interval: "), reason);
    assertEquals(
        "one of the curves does not pass this mean within its tested budgets",
        Cells.refusal(
            TargetBudget.speedUp(curve, new double[] {1, 2}, new double[] {1, 2}, 2.5, C)));
    Matched never = Cells.curve(60, new double[] {0, 1, 2, 3, 5}, 0.2, new SplittableRandom(1));
    assertEquals(
        "even the largest tested budget does not reach this mean",
        Cells.refusal(TargetBudget.match(never, BUDGETS, 100, C)));
  }

  /** Where both algorithms may have reached the target before their first budget. */
  @Test
  void ratiosOfUntestedBudgetsAreRefused() {
    Matched both =
        Cells.curve(60, new double[] {0, 1, 2, 3, 0, 1, 2, 3}, 0.2, new SplittableRandom(4));
    double[] means = JointMeans.of(both.means()).means();
    double target = Math.max(means[0], means[4]) + 0.02;
    String reason = Cells.refusal(TargetBudget.speedUp(both, BUDGETS, BUDGETS, target, C));
    assertTrue(reason.endsWith("% of the resamples leave the tested budgets"), reason);
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
    Matched curve = Cells.curve(20, new double[] {0, 1}, 0.2, new SplittableRandom(1));
    assertThrows(
        IllegalArgumentException.class,
        () -> TargetBudget.budget(curve, new double[] {2, 1}, 0.5, C));
    assertThrows(IllegalArgumentException.class, () -> TargetBudget.budget(curve, BUDGETS, 0.5, C));
  }
}
