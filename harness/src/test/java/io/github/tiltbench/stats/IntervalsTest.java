package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class IntervalsTest {
  private static final Confidence C = Confidence.standard(1);

  /** Prompts x trials x values: prompt effect 2, trial effect 1, noise 1, weights if asked. */
  static TrialNumbers trials(int prompts, int each, int values, boolean weighted, long seed) {
    SplittableRandom r = new SplittableRandom(seed);
    List<TrialNumbers.Prompt> all = new ArrayList<>();
    for (int p = 0; p < prompts; p++) {
      double level = 2 * r.nextGaussian();
      List<WeightedDraws> draws = new ArrayList<>();
      for (int t = 0; t < each; t++) {
        double shift = r.nextGaussian();
        double[] x = r.doubles(values).map(u -> level + shift + u + r.nextGaussian()).toArray();
        double[] w = r.doubles(values).map(u -> weighted ? Math.exp(3 * u) : 1).toArray();
        draws.add(WeightedDraws.weighted(x, w));
      }
      all.add(new TrialNumbers.Prompt("p" + p, draws));
    }
    return new TrialNumbers(all, false);
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  private static String refusal(Estimate e) {
    return assertInstanceOf(Estimate.Refused.class, e, e::toString).reason();
  }

  @Test
  void fewPromptsMakeTheTrialTheUnit() {
    TrialNumbers t = trials(3, 8, 4, false, 5);
    assertEquals("t, trials in fixed prompts", interval(Intervals.mean(t, C)).method());
    Estimate.Interval median = interval(Intervals.quantile(t, 0.5, C));
    assertEquals("HD bootstrap, trials in fixed prompts", median.method());
    assertEquals(24, median.n());
    assertEquals(HarrellDavis.quantile(t.values(), 0.5), median.value(), 1e-12);
  }

  @Test
  void twentyPromptsAreASampleOfTasks() {
    TrialNumbers t = trials(20, 2, 2, false, 5);
    assertEquals("bootstrap t, prompts", interval(Intervals.mean(t, C)).method());
    Estimate.Interval upper = interval(Intervals.quantile(t, 0.9, C));
    assertEquals("HD bootstrap, prompts", upper.method());
    assertEquals(20, upper.n());
    assertEquals("t, prompts", interval(Intervals.mean(trials(30, 1, 1, false, 5), C)).method());
  }

  @Test
  void independentDrawsOfOnePromptUseOrderStatistics() {
    TrialNumbers one = new TrialNumbers(trials(1, 10, 4, false, 5).prompts(), true);
    Estimate.Interval e = interval(Intervals.quantile(one, 0.9, C));
    assertEquals("order statistics, draws", e.method());
    assertEquals(40, e.n());
    TrialNumbers t = new TrialNumbers(trials(2, 5, 4, false, 5).prompts(), true);
    Estimate.Interval median = interval(Intervals.quantile(t, 0.5, C));
    assertEquals("HD bootstrap, draws in fixed prompts", median.method());
    assertEquals(40, median.n());
    Estimate.Interval mean = interval(Intervals.mean(t, C));
    assertEquals("t, draws in fixed prompts", mean.method());
    assertEquals(40, mean.n());
  }

  @Test
  void unequalPromptsKeepTheEqualMixture() {
    List<TrialNumbers.Prompt> prompts =
        List.of(
            new TrialNumbers.Prompt("few", List.of(WeightedDraws.of(0, 1), WeightedDraws.of(2, 3))),
            new TrialNumbers.Prompt("one", List.of(WeightedDraws.of(10.5))));
    TrialNumbers t = new TrialNumbers(prompts, false);
    assertArrayEquals(new double[] {0.125, 0.125, 0.125, 0.125, 0.5}, t.weights());
    TrialNumbers more =
        new TrialNumbers(
            List.of(
                prompts.get(0),
                new TrialNumbers.Prompt("two", List.of(WeightedDraws.of(9), WeightedDraws.of(12)))),
            false);
    assertEquals(6, interval(Intervals.mean(more, C)).value(), 1e-12);
  }

  @Test
  void independentDrawsOfUnequalPromptsAreReweighted() {
    List<TrialNumbers.Prompt> all = new ArrayList<>(trials(1, 10, 4, false, 5).prompts());
    all.add(new TrialNumbers.Prompt("short", trials(1, 2, 4, false, 6).prompts().get(0).trials()));
    Estimate.Interval e = interval(Intervals.quantile(new TrialNumbers(all, true), 0.5, C));
    assertEquals("HD bootstrap, draws in fixed prompts", e.method());
    assertEquals(48, e.n());
  }

  @Test
  void tooLittleIsRefusedByName() {
    assertEquals(
        "a bootstrap interval needs 20 trials; there are 19",
        refusal(Intervals.quantile(trials(1, 19, 4, false, 5), 0.5, C)));
    assertEquals(
        "quantile 0.9 needs 64 values; there are 63",
        refusal(Intervals.quantile(trials(1, 21, 3, false, 5), 0.9, C)));
    assertEquals(
        "a quantile needs 4 trials in fixed prompts each; a prompt has 3",
        refusal(Intervals.quantile(trials(7, 3, 4, false, 5), 0.5, C)));
    assertEquals(
        "quantile 0.9 needs 64 values; there are 60",
        refusal(Intervals.quantile(trials(20, 3, 1, false, 5), 0.9, C)));
    interval(Intervals.quantile(trials(1, 64, 1, false, 5), 0.9, C));
    assertEquals(
        "a mean needs 2 trials in fixed prompts each; there is 1",
        refusal(Intervals.mean(trials(2, 1, 9, false, 5), C)));
    assertEquals(
        "BCa needs 10 values; there are 9",
        refusal(Bca.interval(new double[9], x -> x[0], C, "values")));
  }

  @Test
  void noSpreadIsNoCertainty() {
    assertEquals(
        "no spread: equal values in all 3 trials",
        refusal(Means.student(new double[] {0.1, 0.1, 0.1}, 0.95, "trials")));
    assertEquals(
        "no spread: equal values in all 12 prompts",
        refusal(Bca.interval(new double[12], x -> x[0], C, "prompts")));
    TrialNumbers flat =
        new TrialNumbers(
            List.of(
                new TrialNumbers.Prompt("a", Collections.nCopies(30, WeightedDraws.of(1, 1, 1)))),
            false);
    assertEquals(
        "no spread: all resamples give the same value", refusal(Intervals.quantile(flat, 0.5, C)));
  }

  /** n = 4: mean 2.5, s = 1.2910, t_3 = 3.1824, half width 2.0543. */
  @Test
  void studentByHand() {
    Estimate.Interval e = interval(Means.student(new double[] {1, 2, 3, 4}, 0.95, "values"));
    assertEquals(0.445739743, e.low(), 1e-8);
    assertEquals(4.554260257, e.high(), 1e-8);
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() throws Exception {
    TrialNumbers t = trials(3, 10, 4, true, 9);
    for (int threads : new int[] {1, 2, 7}) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        Estimate e = pool.submit(() -> Intervals.quantile(t, 0.9, C)).get();
        Estimate b = pool.submit(() -> Bca.interval(t.values(), x -> x[0], C, "x")).get();
        assertEquals(Intervals.quantile(t, 0.9, C), e);
        assertEquals(Bca.interval(t.values(), x -> x[0], C, "x"), b);
      } finally {
        pool.shutdown();
      }
    }
    assertNotEquals(Intervals.quantile(t, 0.9, C), Intervals.quantile(t, 0.9, C.keyed("other")));
  }

  /** The tabulated resampling law against the exact estimator on the resample itself. */
  @Test
  void tableAgreesWithTheExactEstimator() {
    for (boolean weighted : new boolean[] {false, true}) {
      TrialNumbers t = trials(2, 12, 5, weighted, 3);
      PooledQuantile pooled = new PooledQuantile(t, 0.9);
      double[] ones = new double[24];
      Arrays.fill(ones, 1);
      double exact = HarrellDavis.quantile(t.values(), t.weights(), 0.9);
      assertEquals(exact, pooled.at(ones), weighted ? 2e-5 : 1e-10);
    }
    double[] x = GoldenQuantilesTest.DATA;
    TrialNumbers single =
        new TrialNumbers(
            List.of(
                new TrialNumbers.Prompt(
                    "a", Arrays.stream(x).mapToObj(WeightedDraws::of).toList())),
            false);
    double[] counts = {2, 0, 1, 3, 0, 1, 1, 0, 2, 1, 1, 0};
    double[] listed = {1.2, 1.2, 2.2, 5.9, 5.9, 5.9, 0.7, 8.1, 2.9, 2.9, 3.8, 7.7};
    assertEquals(
        HarrellDavis.quantile(listed, 0.5), new PooledQuantile(single, 0.5).at(counts), 1e-12);
  }

  /** The bootstrap of a mean over few trials has the unbiased variance, not (T-1)/T of it. */
  @Test
  void resamplingFewTrialsKeepsTheVariance() {
    TrialNumbers t = trials(4, 3, 1, false, 8);
    double[] x = t.values();
    double[] w = t.weights();
    double[] stars =
        Bootstrap.replicates(
            new Confidence(0.95, 40_000, 3),
            r -> {
              double[] counts = Resamples.withinPrompts(t, r);
              double sum = 0;
              for (int i = 0; i < x.length; i++) {
                sum += counts[i] * w[i] * x[i];
              }
              return sum;
            });
    double mean = Arrays.stream(stars).average().orElseThrow();
    double variance = Arrays.stream(stars).map(s -> (s - mean) * (s - mean)).sum() / stars.length;
    double expected = 0;
    for (double[] g : t.trialMeans()) {
      double m = Arrays.stream(g).average().orElseThrow();
      expected += Arrays.stream(g).map(v -> (v - m) * (v - m)).sum() / 2 / 3 / 16;
    }
    assertEquals(expected, variance, 4 * expected * Math.sqrt(2.0 / stars.length));
    assertTrue(expected > 0);
  }

  /**
   * Nominal 0.95 with 8 trials of 4 dependent values in each of 3 unlike prompts. 400 experiments
   * have a standard error of 0.011; percentile ends without Student's reach would give 0.92.
   */
  @Test
  void simulatedCoverageOfTheMedianInFixedPrompts() {
    SplittableRandom r = new SplittableRandom(4);
    int covered = 0;
    for (int i = 0; i < 400; i++) {
      List<TrialNumbers.Prompt> prompts = new ArrayList<>();
      for (int p = -1; p <= 1; p++) {
        List<WeightedDraws> draws = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          double level = p + r.nextGaussian();
          draws.add(WeightedDraws.of(r.doubles(4).map(u -> level + r.nextGaussian()).toArray()));
        }
        prompts.add(new TrialNumbers.Prompt("p" + p, draws));
      }
      var e =
          interval(
              Intervals.quantile(
                  new TrialNumbers(prompts, false), 0.5, new Confidence(0.95, 299, i)));
      covered += e.low() <= 0 && 0 <= e.high() ? 1 : 0;
    }
    assertEquals(0.95, covered / 400.0, 0.033);
  }
}
