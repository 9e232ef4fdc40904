package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.search.Dfs;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Depth-first search, where its law is known. */
class DfsTest {
  private static final List<Double> END = List.of(0.0);

  private static Dfs above(
      double threshold, int backtracks, int runs, List<Double> at, double jump) {
    return new Dfs(
        backtracks,
        runs,
        at,
        jump,
        OptionalDouble.of(threshold),
        OptionalDouble.empty(),
        OptionalInt.empty());
  }

  private static double[] run(Lab lab, Dfs dfs, int count, int trial) {
    return ((Batch.Reals) lab.run(dfs, count, Budget.UNLIMITED, trial).states()).data();
  }

  /**
   * Judged at the end and started anew, a run is so many tries of which the first above the
   * threshold is taken: the median with three backtracks, the quantile 0.8 with four.
   */
  @ParameterizedTest
  @CsvSource({
    "0.499987, 3, 1.875000, 0.922349, 0.062500",
    "0.985841, 4, 3.361600, 1.127744, 0.327680",
  })
  void anewFromTheEndItHasItsLaw(
      double threshold, int backtracks, double tries, double mean, double failing) {
    Dfs dfs = above(threshold, backtracks, 1, END, 1);
    SampleMoments x = new SampleMoments();
    SampleMoments failed = new SampleMoments();
    SampleMoments used = new SampleMoments();
    for (int trial = 0; trial < 20; trial++) {
      Samples samples = G10.lab().run(dfs, 400, Budget.UNLIMITED, trial);
      for (double sample : ((Batch.Reals) samples.states()).data()) {
        x.add(sample);
        failed.add(sample < threshold ? 1 : 0);
      }
      used.add(1 + samples.scalars().get("backtracks"));
      assertEquals(
          samples.scalars().get("utilisation"),
          (1 + samples.scalars().get("backtracks")) / (1 + backtracks),
          1e-12);
    }
    x.assertMean(mean, 4, "mean");
    failed.assertMean(failing, 4, "no try passed");
    used.assertMean(tries, 4, "tries");
  }

  /** Whatever never passes leaves the best of all tries. */
  @ParameterizedTest
  @CsvSource({"3, 1.094229", "5, 1.231525"})
  void whatNeverPassesIsTheBestOfN(int backtracks, double mean) {
    Dfs dfs = above(Double.POSITIVE_INFINITY, backtracks, 1, END, 1);
    SampleMoments x = new SampleMoments();
    for (int trial = 0; trial < 10; trial++) {
      Arrays.stream(run(G10.lab(), dfs, 400, trial)).forEach(x::add);
    }
    x.assertMean(mean, 4, "mean");
  }

  /** On tokens: four chains of which the best by the modes of the masks that are left goes on. */
  @ParameterizedTest
  @CsvSource({"0.25, 1.992488", "0.5, 1.729722", "0.75, 1.459617"})
  void onTokensItGoesOnFromTheBestItMet(double at, double mean) {
    Dfs dfs = above(Double.POSITIVE_INFINITY, 3, 1, List.of(at), 1);
    Lab lab = TokenLabs.t43(FirstHittingProcess::new);
    TokenLabs.rewards(lab, dfs, 400, 20).assertMean(mean, 4, "mean reward");
  }

  /**
   * A first look is refused and the second taken, whatever the states: on a first-hitting chain of
   * exact conditionals, noising and solving back leave the law of the data as it is.
   */
  @Test
  void goingBackKeepsTheLaw() {
    Lab lab = TokenLabs.t43(FirstHittingProcess::new);
    Dfs dfs = above(1, 5, 1, List.of(0.5), 0.5);
    SampleMoments r = new SampleMoments();
    for (int trial = 0; trial < 20; trial++) {
      AtomicInteger looks = new AtomicInteger();
      Verifier second =
          (x, condition) -> {
            double[] value = new double[x.size()];
            Arrays.fill(value, looks.getAndIncrement());
            return value;
          };
      Lab looking = new Lab(lab.denoiser(), lab.process(), second, 1);
      Samples samples = looking.run(dfs, 400, Budget.UNLIMITED, trial);
      Arrays.stream(TokenLabs.rewards(lab, samples.states())).forEach(r::add);
      assertEquals(1, samples.scalars().get("backtracks"));
      assertEquals(0.5, samples.scalars().get("passed"));
      // at level 2 from level 4, and from level 3 to level 0, where five backtracks were paid for
      assertEquals((2 + 1 + 3) / (4 + 5 * 2.0), samples.scalars().get("utilisation"), 1e-12);
    }
    r.assertMean(0.837803, 4, "mean reward");
  }

  @Test
  void whatAlwaysPassesIsTheModel() {
    Lab lab = G10.lab();
    Dfs dfs = above(Double.NEGATIVE_INFINITY, 3, 1, List.of(0.5, 0.0), 0.3);
    Samples plain = lab.run(new Pretrained(), 5, Budget.UNLIMITED, 0);
    assertArrayEquals(((Batch.Reals) plain.states()).data(), run(lab, dfs, 5, 0));
  }

  /** A sample is judged by itself, so the others of its trial change nothing. */
  @Test
  void samplesDoNotKnowOfEachOther() {
    Dfs dfs = above(0.6, 3, 2, List.of(0.4, 0.1), 0.3);
    double[] five = run(G10.lab(), dfs, 5, 0);
    assertArrayEquals(run(G10.lab(), dfs, 2, 0), Arrays.copyOf(five, 2));
  }

  /** Runs follow each other until less than one is left. */
  @ParameterizedTest
  @CsvSource({"97, 1, 0.3", "331, 3, 0.3", "331, 1, 1", "45, 1, 0.1"})
  void theBudgetIsSpent(int budget, int count, double jump) {
    for (double threshold : List.of(0.0, 0.8, 5.0)) {
      Dfs dfs = above(threshold, 2, 0, List.of(0.5, 0.2), jump);
      Samples samples = G10.lab().run(dfs, count, Budget.of(Unit.NFE, budget), 0);
      double unspent = samples.scalars().get("unspent_nfe");
      assertTrue(unspent >= 0 && unspent < 10 * count + count, "unspent " + unspent);
      double all = budget - budget % count;
      double spent = budget - unspent;
      assertEquals(spent / all, samples.scalars().get("utilisation"), 1e-12);
    }
  }

  /** More runs, of which the best is returned. */
  @Test
  void moreRunsFindMore() {
    SampleMoments gain = new SampleMoments();
    for (int trial = 0; trial < 20; trial++) {
      double[] one = run(G10.lab(), above(0.6, 2, 1, List.of(0.2), 0.5), 20, trial);
      double[] four = run(G10.lab(), above(0.6, 2, 4, List.of(0.2), 0.5), 20, trial);
      for (int i = 0; i < 20; i++) {
        assertTrue(four[i] >= one[i], "the first run is the same");
        gain.add(four[i] - one[i]);
      }
    }
    assertTrue(gain.mean() > 0.2, "gain " + gain.mean());
  }

  /** The dearest way is what the formula says, and no way is dearer. */
  @Test
  void costsAreBounds() {
    Lab lab = G10.lab();
    Dfs fixed = above(9, 3, 2, List.of(0.4, 0.3, 0.1), 0.2);
    // 2 (10 + 3 * 2) NFE; 2 (3 judged + 1 end + 3 * 2 judged again) REWARD
    Cost bound = Cost.of(32, 32, 20);
    assertEquals(bound, fixed.cost(lab.problem(1, Budget.UNLIMITED)));
    for (double jump : List.of(0.1, 0.2, 0.5, 1.0)) {
      Dfs filling = above(9, 50, 0, List.of(0.4, 0.3, 0.1), jump);
      for (int budget : new int[] {40, 97, 331}) {
        lab.run(filling, 1, Budget.of(Unit.NFE, budget), 0);
        lab.run(filling, 2, Budget.of(Unit.REWARD, budget), 1);
      }
    }
  }

  private static Dfs learning(int rollouts, double quantile) {
    return new Dfs(
        2,
        1,
        END,
        1,
        OptionalDouble.empty(),
        OptionalDouble.of(quantile),
        OptionalInt.of(rollouts));
  }

  /** The quantile of N(0.499987, 0.333257), whose standard error is that of 4,000 draws. */
  @Test
  void theThresholdIsAQuantileOfPlainRewards() {
    Dfs dfs = learning(0, 0.8);
    double threshold = G10.lab().fit(dfs, Budget.of(Unit.NFE, 40_009));
    double density = 0.279962 / Math.sqrt(G10.VARIANCE);
    assertEquals(0.985841, threshold, 4 * Math.sqrt(0.8 * 0.2 / 4_000) / density);
    FitFormat<Double> format = dfs.format(G10.lab().problem(1, Budget.UNLIMITED)).orElseThrow();
    assertEquals(threshold, format.read().apply(format.write().apply(threshold)));
    double lowest = G10.lab().fit(learning(5, 0.2), Budget.UNLIMITED);
    double highest = G10.lab().fit(learning(5, 0.81), Budget.UNLIMITED);
    assertTrue(lowest < highest);
    assertEquals(lowest, G10.lab().fit(learning(5, 0.01), Budget.UNLIMITED));
    assertEquals(highest, G10.lab().fit(learning(5, 0.99), Budget.UNLIMITED));
    assertFalse(lowest == G10.lab().fit(learning(5, 0.21), Budget.UNLIMITED));
  }

  /** Without a fit budget a trial learns for itself, and pays. */
  @Test
  void learningIsPaidFor() {
    Dfs dfs = learning(7, 0.5);
    Cost cost = dfs.cost(G10.lab().problem(2, Budget.UNLIMITED));
    assertEquals(Cost.of(70 + 2 * 30, 70 + 2 * 30, 7 + 2 * 4), cost);
    Samples samples = G10.lab().run(dfs, 2, Budget.of(Unit.NFE, 200), 0);
    double spent = 70 + 20 * (1 + samples.scalars().get("backtracks"));
    assertEquals(200 - spent, samples.scalars().get("unspent_nfe"));
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> above(0, 0, 1, END, 1), "no backtracks");
    assertThrows(IllegalArgumentException.class, () -> above(0, 1, 1, END, 0), "no jump");
    assertThrows(IllegalArgumentException.class, () -> above(0, 1, 1, List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> above(0, 1, 1, List.of(1.1), 1));
    assertThrows(IllegalArgumentException.class, () -> above(Double.NaN, 1, 1, END, 1));
    assertThrows(IllegalArgumentException.class, () -> learning(3, 1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Dfs(
                1, 0, END, 1, OptionalDouble.of(0), OptionalDouble.of(0.5), OptionalInt.empty()));
  }
}
