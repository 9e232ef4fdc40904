package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SimultaneousTest {
  private static final Confidence C = new Confidence(0.95, 999, 3);
  private static final List<Simultaneous.Pair> PAIRS =
      List.of(
          new Simultaneous.Pair(1, 0), new Simultaneous.Pair(2, 0), new Simultaneous.Pair(3, 0));

  private static Matched cells(long seed) {
    return Cells.curve(40, new double[] {0, 0.5, 1, -2}, 0.3, new SplittableRandom(seed));
  }

  @Test
  void theDifferencesAreThoseOfPairsAndTheirIntervalsWider() {
    Matched cells = cells(1);
    List<Estimate> joint = Simultaneous.differences(cells, PAIRS, C);
    for (int k = 0; k < PAIRS.size(); k++) {
      Matched pair = new Matched(List.of(cells.cells().get(k + 1), cells.cells().get(0)), 0);
      Estimate.Interval alone = Cells.interval(Paired.mean(pair, C));
      Estimate.Interval all = Cells.interval(joint.get(k));
      assertEquals(alone.value(), all.value(), 1e-12);
      assertTrue(all.high() - all.low() > 1.05 * (alone.high() - alone.low()), all + " " + alone);
    }
  }

  /** 200 data sets: the share in which all three are covered is 95 % within 4 standard errors. */
  @Test
  void allAreCoveredAtOnce() {
    int covered = 0;
    for (int s = 0; s < 200; s++) {
      List<Estimate> joint =
          Simultaneous.differences(cells(100 + s), PAIRS, new Confidence(0.95, 299, s));
      double[] truth = {0.5, 1, -2};
      boolean all = true;
      for (int k = 0; k < truth.length; k++) {
        Estimate.Interval i = Cells.interval(joint.get(k));
        all &= i.low() <= truth[k] && truth[k] <= i.high();
      }
      covered += all ? 1 : 0;
    }
    assertEquals(0.95, covered / 200.0, 4 * Math.sqrt(0.95 * 0.05 / 200));
  }

  @Test
  void missingPartnersAreRefused() {
    Matched gap = new Matched(cells(2).cells(), 1);
    assertEquals(
        "1 of 41 trials have no partner",
        Cells.refusal(Simultaneous.differences(gap, PAIRS, C).get(2)));
  }
}
