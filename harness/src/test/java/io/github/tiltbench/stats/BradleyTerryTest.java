package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BradleyTerryTest {
  private static final Confidence C = new Confidence(0.95, 499, 3);

  private static double[][] rates(double... strengths) {
    int k = strengths.length;
    double[][] rates = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        rates[i][j] = i == j ? 0 : 1 / (1 + Math.exp(strengths[j] - strengths[i]));
      }
    }
    return rates;
  }

  @Test
  void ratesOfTheModelGiveItsStrengths() {
    double[] strengths = {1.2, -0.5, 0.1, -0.8};
    assertArrayEquals(strengths, BradleyTerry.fit(rates(strengths)), 1e-8);
  }

  /** Of two, the difference of strengths is the log odds of a win. */
  @Test
  void twoCellsHaveTheLogOdds() {
    double[] fit = BradleyTerry.fit(new double[][] {{0, 0.7}, {0.3, 0}});
    assertEquals(Math.log(0.7 / 0.3), fit[0] - fit[1], 1e-8);
    assertEquals(0, fit[0] + fit[1], 1e-12);
  }

  /** At the maximum every cell wins as often as the strengths say, however rare that is. */
  @Test
  void aCellThatHardlyEverWinsIsFittedToo() {
    double[][] rates = {
      {0, 1 - 1e-9, 1}, {1e-9, 0, 1e-4}, {0, 1 - 1e-4, 0},
    };
    double[] fit = BradleyTerry.fit(rates);
    for (int i = 0; i < 3; i++) {
      double expected = 0;
      double won = 0;
      for (int j = 0; j < 3; j++) {
        expected += i == j ? 0 : 1 / (1 + Math.exp(fit[j] - fit[i]));
        won += rates[i][j];
      }
      assertEquals(won, expected, 1e-12, "cell " + i);
    }
    assertEquals(0, fit[0] + fit[1] + fit[2], 1e-9);
  }

  @Test
  void whoNeverWinsPartsTheGraph() {
    assertTrue(BradleyTerry.connected(rates(0, 1, 2)));
    assertFalse(BradleyTerry.connected(new double[][] {{0, 1, 1}, {0, 0, 0.5}, {0, 0.5, 0}}));
    // a beats b beats c beats a
    assertTrue(BradleyTerry.connected(new double[][] {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}}));
  }

  /** Scores with a Gumbel law about s: the odds of a win are exactly those of the model. */
  @Test
  void intervalsHoldTheStrengthsOfGumbelScores() {
    double[] s = {0.6, 0, -0.6};
    SplittableRandom random = new SplittableRandom(4);
    Matched cells =
        Cells.of(
            200,
            1,
            random,
            (p, r) ->
                IntStream.range(0, s.length)
                    .mapToObj(k -> new double[] {s[k] - Math.log(-Math.log(r.nextDouble()))})
                    .toArray(double[][]::new));
    List<Estimate> estimates = BradleyTerry.strengths(cells, C);
    double sum = 0;
    for (int k = 0; k < s.length; k++) {
      Estimate.Interval e = Cells.interval(estimates.get(k));
      // information of 400 comparisons at rates about 0.5 to 0.77: errors about 0.1
      assertEquals(s[k], e.value(), 4 * 0.1);
      assertTrue(e.low() < s[k] && s[k] < e.high(), e.toString());
      assertEquals("Bradley-Terry, bootstrap, prompts", e.method());
      sum += e.value();
    }
    assertEquals(0, sum, 1e-9);
  }

  @Test
  void refusals() {
    Matched apart = Cells.curve(30, new double[] {0, 100}, 0.1, new SplittableRandom(1));
    assertEquals(
        "some algorithms never beat some others",
        Cells.refusal(BradleyTerry.strengths(apart, C).get(0)));
    Matched rare =
        Cells.of(
            30, 1, new SplittableRandom(2), (p, r) -> new double[][] {{p == 0 ? 1 : 0}, {0.5}});
    assertTrue(
        Cells.refusal(BradleyTerry.strengths(rare, C).get(0))
            .contains("resamples some never beat"));
  }
}
