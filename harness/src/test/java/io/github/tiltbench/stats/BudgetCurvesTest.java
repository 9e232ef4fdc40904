package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BudgetCurvesTest {
  private static final Confidence C = Confidence.standard(9);

  @Test
  void findsAPlantedTurn() {
    double[] mean = {0, 0.5, 1, 0.9, 0.4, -0.5};
    Matched curve = Cells.curve(40, mean, 0.3, new SplittableRandom(1));
    BudgetCurves.Turning.At turn =
        assertInstanceOf(BudgetCurves.Turning.At.class, BudgetCurves.turning(curve, C));
    assertEquals(2, turn.peak());
    assertEquals(4, turn.at());
    assertEquals(-0.6, turn.change().value(), 4 * 0.3 * Math.sqrt(2.0 / 40));
    assertTrue(turn.change().high() < 0);
  }

  @Test
  void risingAndFlatCurvesDoNotTurn() {
    Matched rising = Cells.curve(40, new double[] {0, 0.2, 0.4, 0.5}, 0.3, new SplittableRandom(2));
    assertEquals(new BudgetCurves.Turning.None(40), BudgetCurves.turning(rising, C));
    Matched same = Cells.curve(40, new double[] {0, 0, 0}, 0, new SplittableRandom(2));
    assertEquals(new BudgetCurves.Turning.None(40), BudgetCurves.turning(same, C));
  }

  /**
   * False alarms on a flat curve, the hardest case without a turn: of 1000 experiments with 24
   * prompts and 5 budgets 3.0 % report one (standard error 0.5 %); 5 % are allowed. Intervals of
   * all 10 pairs hold at once in 95 %, and of the misses half or a little more contain a decline.
   */
  @Test
  void falseAlarms() {
    SplittableRandom r = new SplittableRandom(3);
    int alarms = 0;
    for (int i = 0; i < 1000; i++) {
      Matched flat = Cells.curve(24, new double[5], 0.5, r);
      alarms +=
          BudgetCurves.turning(flat, new Confidence(0.95, 299, i))
                  instanceof BudgetCurves.Turning.At
              ? 1
              : 0;
    }
    assertTrue(alarms <= 50 && alarms >= 10, "alarms " + alarms);
  }

  /** The band holds for all 5 budgets in 95 % of 1000 experiments; standard error 0.7 %. */
  @Test
  void simulatedCoverageOfTheBand() {
    SplittableRandom r = new SplittableRandom(4);
    double[] mean = {0, 1, 2, 3, 4};
    int covered = 0;
    for (int i = 0; i < 1000; i++) {
      Matched curve = Cells.curve(24, mean, 0.8, r);
      List<Estimate> band = BudgetCurves.band(curve, new Confidence(0.95, 399, i));
      boolean all = true;
      for (int k = 0; k < mean.length; k++) {
        Estimate.Interval e = Cells.interval(band.get(k));
        all &= e.low() <= mean[k] && mean[k] <= e.high();
      }
      covered += all ? 1 : 0;
    }
    assertEquals(0.95, covered / 1000.0, 0.028);
  }

  @Test
  void refusals() {
    Matched few = Cells.curve(6, new double[3], 1, new SplittableRandom(1));
    String reason = "a joint interval needs 20 prompts or trials; there are 6";
    assertEquals(new BudgetCurves.Turning.Refused(reason, 6), BudgetCurves.turning(few, C));
    assertEquals(reason, Cells.refusal(BudgetCurves.band(few, C).get(2)));
    TrialNumbers b = Cells.cell(1, 2, 3).leftOut().get(0);
    assertEquals(
        new BudgetCurves.Turning.Refused("1 of 3 trials have no partner", 2),
        BudgetCurves.turning(Matched.of(List.of(Cells.cell(2, 3, 4), b)), C));
  }
}
