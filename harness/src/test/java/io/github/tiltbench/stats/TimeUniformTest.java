package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Intervals that hold at all rounds at once. */
class TimeUniformTest {
  private static final double LEVEL = 0.95;
  private static final double THRESHOLD = Math.log(20);

  @Test
  void ranksOfAQuantileAreGolden() {
    assertArrayEquals(new int[] {8, 24}, QuantileSequence.ranks(32, 0.5, THRESHOLD));
    assertArrayEquals(new int[] {21, 43}, QuantileSequence.ranks(64, 0.5, THRESHOLD));
    assertArrayEquals(new int[] {47, 81}, QuantileSequence.ranks(128, 0.5, THRESHOLD));
    assertArrayEquals(new int[] {220, 292}, QuantileSequence.ranks(512, 0.5, THRESHOLD));
    assertArrayEquals(new int[] {23, 32}, QuantileSequence.ranks(32, 0.9, THRESHOLD));
    assertArrayEquals(new int[] {49, 63}, QuantileSequence.ranks(64, 0.9, THRESHOLD));
    assertArrayEquals(new int[] {104, 123}, QuantileSequence.ranks(128, 0.9, THRESHOLD));
    assertArrayEquals(new int[] {438, 480}, QuantileSequence.ranks(512, 0.9, THRESHOLD));
  }

  @Test
  void sharesAreGolden() {
    assertShare(3, 16, 0.0176, 0.5574, 1e-4);
    assertShare(8, 16, 0.1688, 0.8312, 1e-4);
    assertShare(60, 64, 0.792, 0.993, 5e-4);
    assertShare(100, 256, 0.2896, 0.4984, 1e-4);
  }

  /** One draw a round, as draws and as rounds: the discrete law of θ changes little. */
  private static void assertShare(int ones, int n, double low, double high, double rounding) {
    double[] values = new double[n];
    Arrays.fill(values, 0, ones, 1);
    for (boolean independent : new boolean[] {true, false}) {
      TrialNumbers trials = new TrialNumbers(List.of(prompt(values)), independent, true);
      Estimate.Interval i = interval(TimeUniform.mean(trials, LEVEL));
      assertEquals((double) ones / n, i.value(), 1e-12);
      assertEquals(low, i.low(), independent ? rounding : 2e-3);
      assertEquals(high, i.high(), independent ? rounding : 2e-3);
      assertEquals(n, i.n());
    }
  }

  @Test
  void theReachOfAMeanIsGolden() {
    assertEquals(0.816073, TimeUniform.reach(16, 64, LEVEL), 5e-7);
    assertEquals(0.379401, TimeUniform.reach(64, 64, LEVEL), 5e-7);
    assertEquals(0.195445, TimeUniform.reach(256, 64, LEVEL), 5e-7);
    assertEquals(0.103308, TimeUniform.reach(1024, 64, LEVEL), 5e-7);
  }

  /** A single draw a round has the ranks of independent draws, up to the law of θ. */
  @Test
  void roundsOfOneDrawAreIndependentDraws() {
    double[] values = new SplittableRandom(1).doubles(128).toArray();
    for (double p : new double[] {0.5, 0.9}) {
      Estimate.Interval draws = interval(quantile(values, p, true));
      Estimate.Interval rounds = interval(quantile(values, p, false));
      assertEquals(draws.low(), rounds.low(), "p " + p);
      assertEquals(draws.high(), rounds.high(), "p " + p);
    }
  }

  private static Estimate quantile(double[] values, double p, boolean independent) {
    return TimeUniform.quantile(new TrialNumbers(List.of(prompt(values)), independent), p, LEVEL);
  }

  /** Eight identical draws a round tell as much as one. */
  @Test
  void copiesWithinARoundAddNothing() {
    double[] values = new SplittableRandom(2).doubles(64).toArray();
    TrialNumbers copies =
        new TrialNumbers(
            List.of(
                new TrialNumbers.Prompt(
                    "p",
                    Arrays.stream(values)
                        .mapToObj(v -> WeightedDraws.of(v, v, v, v, v, v, v, v))
                        .toList())),
            false);
    Estimate.Interval once = interval(quantile(values, 0.5, false));
    Estimate.Interval eight = interval(TimeUniform.quantile(copies, 0.5, LEVEL));
    assertEquals(once.low(), eight.low());
    assertEquals(once.high(), eight.high());
    assertEquals(64, eight.n());
  }

  @Test
  void onlyCompleteRoundsCount() {
    double[] values = new SplittableRandom(3).doubles(40).toArray();
    TrialNumbers.Prompt whole = prompt(values);
    List<Integer> without = new ArrayList<>(IntStream.range(0, 40).boxed().toList());
    without.remove(30);
    TrialNumbers.Prompt torn =
        new TrialNumbers.Prompt(
            "torn", without, without.stream().map(i -> WeightedDraws.of(values[i])).toList());
    assertEquals(
        30, TimeUniform.quantile(new TrialNumbers(List.of(whole, torn), false), 0.5, LEVEL).n());
  }

  @Test
  void aMeanIsRefusedBeforeItsFirstRound() {
    double[] values = new SplittableRandom(4).doubles(256).toArray();
    Estimate early =
        TimeUniform.mean(
            new TrialNumbers(List.of(prompt(Arrays.copyOf(values, 255))), false), LEVEL);
    assertEquals(
        "a mean has a time-uniform interval from round 256 on; there are 255",
        assertInstanceOf(Estimate.Refused.class, early).reason());
    interval(TimeUniform.mean(new TrialNumbers(List.of(prompt(values)), false), LEVEL));
    assertEquals(64, TimeUniform.leastRounds(8));
    assertEquals(256, TimeUniform.leastRounds(7));
  }

  @Test
  void anEndThatIsNotThereYetIsRefused() {
    double[] values = new SplittableRandom(5).doubles(12).toArray();
    Estimate e = quantile(values, 0.9, true);
    assertEquals(
        "its time-uniform interval has no upper end at round 12",
        assertInstanceOf(Estimate.Refused.class, e).reason());
  }

  /** All values alike: an interval of a single point, which the quantile is. */
  @Test
  void tiesAreNoTrouble() {
    double[] values = new double[64];
    Estimate.Interval i = interval(quantile(values, 0.5, false));
    assertEquals(0, i.low());
    assertEquals(0, i.high());
  }

  @Test
  void fixedIntervalsAreRefusedWhereARuleStops() {
    Estimate fixed = new Estimate.Interval(1, 0, 2, LEVEL, "t, trials", 9);
    assertEquals(new Estimate.Refused(TimeUniform.FIXED, 9), TimeUniform.required(fixed));
    Estimate any = quantile(new SplittableRandom(6).doubles(64).toArray(), 0.5, false);
    assertEquals(any, TimeUniform.required(any));
  }

  @Test
  void pairsAreComparedRoundByRound() {
    SplittableRandom r = new SplittableRandom(7);
    double[] base = r.doubles(300).toArray();
    double[] better = Arrays.stream(base).map(v -> v + 0.1 * r.nextGaussian() + 0.05).toArray();
    Matched pair =
        Matched.of(
            List.of(
                new TrialNumbers(List.of(prompt(better)), false),
                new TrialNumbers(List.of(prompt(base)), false)));
    Confidence c = Confidence.standard(1).timeUniform(true);
    Estimate.Interval difference = interval(Paired.mean(pair, c));
    Estimate.Interval wins = interval(Paired.winRate(pair, c));
    assertTrue(difference.low() > 0 && difference.high() < 0.1, "" + difference);
    assertTrue(wins.low() > 0.5 && wins.high() < 1, "" + wins);
    assertTrue(difference.method().startsWith(TimeUniform.METHOD));
    assertTrue(wins.method().startsWith(TimeUniform.METHOD));
  }

  static TrialNumbers.Prompt prompt(double... values) {
    return new TrialNumbers.Prompt(
        "prompt", Arrays.stream(values).mapToObj(v -> WeightedDraws.of(v)).toList());
  }

  static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e);
  }
}
