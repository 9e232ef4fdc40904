package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PooledQuantileTest {
  private static final int SIZE = 50;

  /** Weighted trials whose level differs, so that a resample moves the quantile far. */
  private static TrialNumbers trials(int prompts, int repetitions) {
    SplittableRandom random = new SplittableRandom(5);
    return new TrialNumbers(
        IntStream.range(0, prompts)
            .mapToObj(
                p ->
                    new TrialNumbers.Prompt(
                        "p" + p,
                        IntStream.range(0, repetitions).mapToObj(t -> draws(random)).toList()))
            .toList(),
        false);
  }

  private static WeightedDraws draws(SplittableRandom random) {
    double level = random.nextGaussian();
    return WeightedDraws.weighted(
        random.doubles(SIZE).map(u -> level + random.nextGaussian()).toArray(),
        random.doubles(SIZE).map(u -> u < 0.1 ? 0 : u).toArray());
  }

  /**
   * Blocks only leave out what rounding would swallow; that of a sum of 10,000 steps is allowed.
   */
  @ParameterizedTest
  @CsvSource({"1,40,0.5", "25,8,0.5", "25,8,0.9", "3,60,0.05"})
  void blocksChangeNothing(int prompts, int repetitions, double p) {
    TrialNumbers trials = trials(prompts, repetitions);
    PooledQuantile whole = new PooledQuantile(trials, p, Integer.MAX_VALUE);
    PooledQuantile blocks = new PooledQuantile(trials, p, 0);
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 200; i++) {
      double[] counts =
          IntStream.range(0, trials.count()).mapToDouble(k -> random.nextInt(3)).toArray();
      counts[i % counts.length] = 1;
      assertEquals(whole.at(counts), blocks.at(counts), 1e-11);
    }
  }

  /** A prompt that is drawn as a whole needs no trials of its own. */
  @ParameterizedTest
  @CsvSource({"0.5", "0.9"})
  void promptsAsSingleTrialsAreTheSame(double p) {
    TrialNumbers trials = trials(20, 4);
    TrialNumbers pooled = trials.pooled();
    assertEquals(20, pooled.count());
    SplittableRandom random = new SplittableRandom(7);
    double[] prompts = IntStream.range(0, 20).mapToDouble(k -> random.nextInt(4)).toArray();
    double[] each = IntStream.range(0, 80).mapToDouble(k -> prompts[k / 4]).toArray();
    double value = new PooledQuantile(pooled, p).at(prompts);
    assertEquals(new PooledQuantile(trials, p).at(each), value);
    assertNotEquals(HarrellDavis.quantile(trials.values(), trials.weights(), p), value, 0.01);
    assertEquals(
        HarrellDavis.quantile(trials.values(), trials.weights(), p),
        HarrellDavis.quantile(pooled.values(), pooled.weights(), p));
  }

  /** Where the beta law is not computed, it is nothing or one to the last digit. */
  @ParameterizedTest
  @CsvSource({"50000,0.5", "50000,0.9", "400,0.1", "20,0.5", "3,0.9"})
  void theLawIsLeftOutOnlyWhereItDoesNotMatter(double n, double p) {
    for (double t = 1e-6; t < 1; t += 1e-3) {
      double exact =
          org.apache.commons.math3.special.Beta.regularizedBeta(t, (n + 1) * p, (n + 1) * (1 - p));
      assertEquals(exact, HarrellDavis.cdf(t, n, p), t < p ? 1e-250 : 0);
    }
  }

  /** As the order of a stable sort. */
  @ParameterizedTest
  @CsvSource({"1", "2", "7", "500"})
  void tiesKeepTheirOrder(int kinds) {
    SplittableRandom random = new SplittableRandom(8);
    double[] x = random.doubles(300).map(u -> Math.floor(kinds * u) - 1).toArray();
    x[3] = -0.0;
    x[4] = 0.0;
    List<Integer> sorted =
        IntStream.range(0, x.length).boxed().sorted((a, b) -> Double.compare(x[a], x[b])).toList();
    assertEquals(sorted, IntStream.of(HarrellDavis.order(x)).boxed().toList());
  }
}
