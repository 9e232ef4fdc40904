package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BestOfKTest {
  private static final Confidence C = Confidence.standard(2);
  private static final double[] GUIDE = {0.3, 2.5, -1, 0.7, 1.1, 4, -2, 0.9};
  private static final double[] Y = {5, 1, 4, 4, 8, -3, 2, 6};

  @Test
  void weightsSumToOne() {
    for (int k = 1; k <= 60; k += 7) {
      assertEquals(1, Arrays.stream(BestOfK.weights(60, k)).sum(), 1e-12);
    }
    assertArrayEquals(new double[] {0, 0, 1}, BestOfK.weights(3, 3), 1e-15);
    assertThrows(IllegalArgumentException.class, () -> BestOfK.weights(3, 4));
    assertThrows(IllegalArgumentException.class, () -> BestOfK.weights(3, 0));
  }

  @Test
  void equalsTheAverageOverAllSubsets() {
    double sum = 0;
    int subsets = 0;
    for (int a = 0; a < 8; a++) {
      for (int b = a + 1; b < 8; b++) {
        for (int c = b + 1; c < 8; c++) {
          int best = GUIDE[a] > GUIDE[b] ? a : b;
          best = GUIDE[c] > GUIDE[best] ? c : best;
          sum += Y[best];
          subsets++;
        }
      }
    }
    assertEquals(sum / subsets, BestOfK.expected(GUIDE, Y, 3), 1e-12);
  }

  /** A winner among equal scores is any of them. */
  @Test
  void tiesAreAveraged() {
    double[] tied = {1, 1, 1, 1};
    assertEquals(2.5, BestOfK.expected(tied, new double[] {1, 2, 3, 4}, 2), 1e-12);
    assertEquals(
        BestOfK.expected(new double[] {0, 1, 1}, new double[] {0, 10, 20}, 2),
        BestOfK.expected(new double[] {1, 0, 1}, new double[] {20, 0, 10}, 2),
        1e-12);
  }

  /** Expected maxima of K standard normals. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0.564190", "4, 1.029375", "8, 1.423600", "16, 1.765991"})
  void gaussianPools(int k, double expected) {
    SplittableRandom r = new SplittableRandom(k);
    double[] values =
        IntStream.range(0, 400)
            .mapToDouble(
                i -> {
                  double[] x = r.doubles(64).map(u -> r.nextGaussian()).toArray();
                  return BestOfK.expected(x, x, k);
                })
            .toArray();
    Means.Moments m = Means.moments(new double[][] {values});
    assertEquals(expected, m.value(), 4 * Math.sqrt(m.variance()));
    assertTrue(4 * Math.sqrt(m.variance()) < 0.06);
  }

  private static List<BestOfK.Pool> pools(int prompts, int size, SplittableRandom r) {
    return IntStream.range(0, prompts)
        .mapToObj(
            p -> {
              double[] x = r.doubles(size).map(u -> p % 4 + r.nextGaussian()).toArray();
              return new BestOfK.Pool("p" + p, x, x);
            })
        .toList();
  }

  @Test
  void intervals() {
    Estimate.Interval few =
        Cells.interval(BestOfK.estimate(pools(4, 64, new SplittableRandom(3)), 4, C));
    assertEquals(256, few.n());
    assertTrue(few.low() < 1.5 + 1.029375 && 1.5 + 1.029375 < few.high(), few.toString());
    assertTrue(few.method().endsWith("draws in fixed prompts"));
    Estimate.Interval many =
        Cells.interval(BestOfK.estimate(pools(40, 16, new SplittableRandom(3)), 4, C));
    assertEquals(40, many.n());
    assertTrue(many.method().endsWith("prompts"));
    assertTrue(many.low() < 1.5 + 1.029375 && 1.5 + 1.029375 < many.high(), many.toString());
    assertEquals(
        "best of 9 needs pools of 18 candidates; one has 16",
        Cells.refusal(BestOfK.estimate(pools(40, 16, new SplittableRandom(3)), 9, C)));
  }

  /** Nominal 0.95 for the best of 8 from one pool of 64; 1000 experiments, error 0.7 %. */
  @Test
  void simulatedCoverageOfThePseudoValues() {
    SplittableRandom r = new SplittableRandom(4);
    int covered = 0;
    for (int i = 0; i < 1000; i++) {
      Estimate.Interval e =
          Cells.interval(BestOfK.estimate(pools(1, 64, r), 8, new Confidence(0.95, 199, i)));
      covered += e.low() <= 1.4236 && 1.4236 <= e.high() ? 1 : 0;
    }
    assertEquals(0.95, covered / 1000.0, 0.028);
  }

  @Test
  void twoBaselinesCalledBest() {
    assertEquals(0.9659, BestOfK.levelOfMaximum(0.5, 20), 5e-5);
    assertEquals(0.9750, BestOfK.levelOfTop(0.5, 20), 1e-12);
  }
}
