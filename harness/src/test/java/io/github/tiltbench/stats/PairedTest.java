package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class PairedTest {
  private static final Confidence C = Confidence.standard(5);

  /** Cell A exceeds cell B by 0.5 on the average; both share a prompt's and a trial's luck. */
  private static Matched pair(int prompts, int repetitions, long seed) {
    return Cells.of(
        prompts,
        repetitions,
        new SplittableRandom(seed),
        (p, r) -> {
          double luck = p % 3 + 3 * r.nextGaussian();
          return new double[][] {
            {luck + 0.5 + r.nextGaussian(), luck + 0.5 + r.nextGaussian()},
            {luck + r.nextGaussian(), luck + r.nextGaussian()}
          };
        });
  }

  /** Differences 1, 2, 3, 4 as in the test of Student's interval by hand. */
  @Test
  void meanDifferenceByHand() {
    Matched pair = Matched.of(List.of(Cells.cell(11, 4, 8, 5), Cells.cell(10, 2, 5, 1)));
    Estimate.Interval e = Cells.interval(Paired.mean(pair, C));
    assertEquals(2.5, e.value(), 1e-12);
    assertEquals(0.445739743, e.low(), 1e-8);
    assertEquals("t, trials; " + Means.FEW, e.method());
    assertEquals(4, e.n());
  }

  @Test
  void sharedLuckCancels() {
    Matched pair = pair(1, 64, 2);
    Estimate.Interval d = Cells.interval(Paired.mean(pair, C));
    Estimate.Interval a = Cells.interval(Intervals.mean(pair.cells().get(0), C));
    assertTrue(d.high() - d.low() < 0.5 * (a.high() - a.low()));
    Estimate.Interval q = Cells.interval(Paired.quantile(pair, 0.5, C));
    Estimate.Interval m = Cells.interval(Intervals.quantile(pair.cells().get(0), 0.5, C));
    assertTrue(q.high() - q.low() < 0.6 * (m.high() - m.low()));
  }

  @Test
  void theDesignChoosesTheUnit() {
    assertEquals(
        "t, trials in fixed prompts", Cells.interval(Paired.mean(pair(3, 8, 1), C)).method());
    assertEquals("t, prompts", Cells.interval(Paired.mean(pair(20, 3, 1), C)).method());
    assertEquals(20, Paired.mean(pair(20, 3, 1), C).n());
    assertEquals(
        "HD bootstrap, prompts", Cells.interval(Paired.quantile(pair(20, 3, 1), 0.5, C)).method());
    assertEquals(
        "sign flips, all, prompts", Cells.tested(Paired.signFlips(pair(20, 3, 1), C)).method());
    assertEquals(
        "sign flips, 9999 drawn, trials in fixed prompts",
        Cells.tested(Paired.signFlips(pair(3, 8, 1), C)).method());
    assertEquals(20, Cells.tested(Paired.signFlips(pair(20, 3, 1), C)).n());
  }

  @Test
  void theTestSpeaksAboutTheMeanDifference() {
    for (Matched pair : List.of(pair(3, 8, 1), pair(24, 3, 1))) {
      assertEquals(
          Cells.interval(Paired.mean(pair, C)).value(),
          Cells.tested(Paired.signFlips(pair, C)).statistic(),
          1e-12);
    }
  }

  @Test
  void quantileDifferenceIsThatOfTheEstimates() {
    Matched pair = pair(2, 20, 4);
    TrialNumbers a = pair.cells().get(0);
    TrialNumbers b = pair.cells().get(1);
    assertEquals(
        HarrellDavis.quantile(a.values(), 0.9) - HarrellDavis.quantile(b.values(), 0.9),
        Cells.interval(Paired.quantile(pair, 0.9, C)).value(),
        1e-12);
    assertEquals(
        "quantile 0.9 needs 64 values; there are 40",
        Cells.refusal(Paired.quantile(pair(1, 20, 4), 0.9, C)));
  }

  /** 3 beats both; 1 ties with 1 and beats 0: (1 + 1 + 0.5 + 1) / 4. */
  @Test
  void winsWithinATrial() {
    assertEquals(0.875, WeightedDraws.of(3, 1).beats(WeightedDraws.of(1, 0)), 1e-12);
    assertEquals(
        0.875,
        WeightedDraws.weighted(new double[] {5, 2}, new double[] {3, 1}).beats(WeightedDraws.of(2)),
        1e-12);
    assertEquals(0.5, WeightedDraws.of(1, 1, 1).beats(WeightedDraws.of(1, 1)), 1e-12);
    assertEquals(0, WeightedDraws.of(-1).beats(WeightedDraws.of(1, 2)));
  }

  @Test
  void decidedPromptsCarryWilson() {
    double[] won = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
    Estimate.Interval e =
        Cells.interval(
            Paired.winRate(Matched.of(List.of(Cells.cell(won), Cells.cell(flat(10)))), C));
    assertEquals("Wilson, trials", e.method());
    assertEquals(0.4902, e.low(), 5e-5);
    assertEquals(0.9433, e.high(), 5e-5);
    Matched sure =
        Cells.of(
            12, 4, new SplittableRandom(1), (p, r) -> new double[][] {{1 + r.nextDouble()}, {0}});
    assertEquals("Wilson, prompts", Cells.interval(Paired.winRate(sure, C)).method());
    assertEquals(12, Paired.winRate(sure, C).n());
  }

  private static double[] flat(int n) {
    double[] x = new double[n];
    Arrays.fill(x, 0.5);
    return x;
  }

  /** A wins against B with probability {@code Phi(0.5 / sqrt 2) = 0.638} within a trial. */
  @Test
  void winRateOfSplitTrials() {
    for (Matched pair : List.of(pair(3, 60, 6), pair(60, 3, 6))) {
      Estimate.Interval e = Cells.interval(Paired.winRate(pair, C));
      assertTrue(e.method().startsWith("bootstrap, "), e.method());
      assertEquals(0.638, e.value(), 4 * 0.3 / Math.sqrt(180));
      assertTrue(e.low() < 0.638 && 0.638 < e.high(), e.toString());
      assertTrue(e.high() - e.low() < 0.2);
    }
  }

  /**
   * Differences have the mean 0.5 and the variance 1 (two values a trial), so the effect is 0.5.
   */
  @Test
  void effectSize() {
    for (Matched pair : List.of(pair(4, 40, 6), pair(160, 1, 6))) {
      Estimate.Interval e = Cells.interval(Paired.effect(pair, C));
      assertTrue(e.low() < 0.5 && 0.5 < e.high(), e.toString());
      assertEquals(2 * 1.96 * Math.sqrt((1 + 0.125) / 160), e.high() - e.low(), 0.08);
    }
    assertEquals(
        "an effect size needs 20 prompts or trials; there are 12",
        Cells.refusal(Paired.effect(pair(3, 4, 6), C)));
    assertEquals(
        "an effect size needs 4 trials of each prompt; one has 3",
        Cells.refusal(Paired.effect(pair(7, 3, 6), C)));
  }

  @Test
  void aTrialWithoutPartnerStopsTheComparison() {
    TrialNumbers b = Cells.cell(1, 2, 3, 4, 5, 6, 7).leftOut().get(3);
    Matched pair = Matched.of(List.of(Cells.cell(2, 3, 4, 5, 6, 7, 9), b));
    assertEquals(6, pair.count());
    String reason = "1 of 7 trials have no partner";
    assertEquals(reason, Cells.refusal(Paired.mean(pair, C)));
    assertEquals(reason, Cells.refusal(Paired.quantile(pair, 0.5, C)));
    assertEquals(reason, Cells.refusal(Paired.winRate(pair, C)));
    assertEquals(reason, Cells.refusal(Paired.effect(pair, C)));
    assertEquals(new TestResult.Refused(reason, 6), Paired.signFlips(pair, C));
    assertThrows(
        IllegalArgumentException.class,
        () -> Paired.mean(Matched.of(List.of(Cells.cell(1, 2))), C));
  }

  @Test
  void orderOfArrivalDoesNotMatter() {
    TrialNumbers a = Cells.cell(11, 4, 8, 5, 9, 3, 4);
    TrialNumbers.Prompt prompt = a.prompts().get(0);
    List<Integer> back = new ArrayList<>(prompt.repetitions());
    List<WeightedDraws> trials = new ArrayList<>(prompt.trials());
    Collections.reverse(back);
    Collections.reverse(trials);
    TrialNumbers turned =
        new TrialNumbers(List.of(new TrialNumbers.Prompt("p", back, trials)), false);
    TrialNumbers b = Cells.cell(10, 2, 5, 1, 9, 4, 4);
    assertEquals(
        Paired.winRate(Matched.of(List.of(a, b)), C),
        Paired.winRate(Matched.of(List.of(turned, b)), C));
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() throws Exception {
    Matched pair = pair(22, 4, 9);
    for (int threads : new int[] {1, 5}) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        assertEquals(Paired.winRate(pair, C), pool.submit(() -> Paired.winRate(pair, C)).get());
        assertEquals(Paired.effect(pair, C), pool.submit(() -> Paired.effect(pair, C)).get());
        assertEquals(Paired.signFlips(pair, C), pool.submit(() -> Paired.signFlips(pair, C)).get());
        assertEquals(
            Paired.quantile(pair, 0.9, C), pool.submit(() -> Paired.quantile(pair, 0.9, C)).get());
      } finally {
        pool.shutdown();
      }
    }
  }
}
