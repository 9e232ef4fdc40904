package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sign flips and signed ranks; p-values computed once outside this code, or by counting here. */
class SignTestsTest {
  private static final Confidence C = Confidence.standard(3);
  private static final double[] X = {
    1.2, -0.4, 2.2, 0.9, -1.4, 0.7, 3.1, -0.3, 2.9, 0.8, -2.7, 1.05
  };
  private static final double[] TIED = {0, 0, 1, 1, -1, 2, 3, -2, 4, 5, 0, 6};

  private static double flips(double... x) {
    return Cells.tested(SignFlips.test(x, C, "pairs")).p();
  }

  private static double ranks(double... x) {
    return Cells.tested(SignedRank.test(x, "pairs")).p();
  }

  @Test
  void smallestValuesOfSixPairs() {
    assertEquals(2.0 / 64, flips(1, 2, 3, 4, 5, 6));
    assertEquals(2.0 / 64, flips(-0.1, -0.2, -0.3, -0.4, -0.5, -0.6));
    assertEquals(2.0 / 64, ranks(1, 2, 3, 4, 5, 6));
  }

  /** A p-value that no other data of so many pairs could undercut says so, after Holm as well. */
  @Test
  void theSmallestPossibleIsABound() {
    double[] up = IntStream.rangeClosed(1, 9).mapToDouble(i -> i).toArray();
    TestResult.Tested all = Cells.tested(SignFlips.test(up, C, "pairs"));
    assertTrue(all.least());
    assertFalse(Cells.tested(SignFlips.test(X, C, "pairs")).least());
    double[] far = IntStream.range(0, 200).mapToDouble(i -> 1).toArray();
    TestResult.Tested drawn = Cells.tested(SignFlips.test(far, C, "pairs"));
    assertTrue(drawn.least());
    TestResult.Tested adjusted = Cells.tested(Multiplicity.holm(List.of(drawn, all)).get(0));
    assertTrue(adjusted.least());
    assertEquals(2e-4, adjusted.p(), 1e-12);
    double[] mixed = IntStream.range(0, 30).mapToDouble(i -> i % 2 == 0 ? 1 : -1).toArray();
    assertFalse(Cells.tested(SignFlips.test(mixed, C, "pairs")).least());
  }

  @Test
  void fiveAreRefused() {
    assertEquals(
        new TestResult.Refused("a test of signs needs 6 pairs; there are 5", 5),
        SignFlips.test(new double[5], C, "pairs"));
    assertEquals(
        new TestResult.Refused("a signed-rank test needs 6 pairs; there are 5", 5),
        SignedRank.test(new double[5], "pairs"));
  }

  @Test
  void goldenValues() {
    assertEquals(0.19677734375, flips(X), 1e-12);
    assertEquals(0.17626953125, ranks(X), 1e-12);
    assertEquals(0.07421875, ranks(TIED), 1e-12);
    assertEquals(59.5, Cells.tested(SignedRank.test(TIED, "pairs")).statistic());
  }

  /** 300 whole numbers with zeros and many ties, over the size up to which the law is exact. */
  @Test
  void manyPairsAreNormal() {
    double[] x =
        IntStream.rangeClosed(1, 300)
            .mapToDouble(i -> Math.rint(10 * Math.sin(1.7 * i) + 0.9))
            .toArray();
    assertEquals(0.007731339026642987, ranks(x), 1e-9);
    assertEquals("signed ranks, normal, pairs", Cells.tested(SignedRank.test(x, "pairs")).method());
    assertEquals(ranks(Arrays.copyOf(x, 201)), ranks(Arrays.copyOf(x, 200)), 0.02);
  }

  @Test
  void nothingButZerosIsNoEvidence() {
    assertEquals(1, flips(new double[8]));
    assertEquals(1, ranks(new double[8]));
    assertEquals(1, flips(new double[30]));
  }

  /** Drawn patterns against all 2^20 of the same 20 differences with two zeros added. */
  @Test
  void drawnPatternsAgreeWithAllOfThem() {
    SplittableRandom r = new SplittableRandom(8);
    double[] x = IntStream.range(0, 20).mapToDouble(i -> 0.35 + r.nextGaussian()).toArray();
    double exact = flips(x);
    TestResult.Tested drawn = Cells.tested(SignFlips.test(Arrays.copyOf(x, 22), C, "pairs"));
    assertEquals("sign flips, 9999 drawn, pairs", drawn.method());
    assertEquals(exact, drawn.p(), 4 * Math.sqrt(exact / C.resamples()));
    assertTrue(exact > 0.005 && exact < 0.5, "p " + exact);
    double[] far = IntStream.range(0, 200).mapToDouble(i -> 1).toArray();
    assertEquals(1.0 / 10_000, flips(far));
  }

  /** Under the null a share of at most a is rejected at a; 2000 experiments, error 0.005. */
  @Test
  void levels() {
    SplittableRandom r = new SplittableRandom(11);
    int flipped = 0;
    int ranked = 0;
    for (int i = 0; i < 2000; i++) {
      double[] x =
          IntStream.range(0, 12).mapToDouble(k -> Math.rint(3 * r.nextGaussian())).toArray();
      flipped += flips(x) <= 0.05 ? 1 : 0;
      ranked += ranks(x) <= 0.05 ? 1 : 0;
    }
    assertTrue(flipped <= 2000 * 0.07 && flipped >= 2000 * 0.02, "flips reject " + flipped);
    assertTrue(ranked <= 2000 * 0.07 && ranked >= 2000 * 0.02, "ranks reject " + ranked);
  }

  @Test
  void methodsSayTheirLaw() {
    assertEquals("sign flips, all, pairs", Cells.tested(SignFlips.test(X, C, "pairs")).method());
    assertEquals("signed ranks, exact, pairs", Cells.tested(SignedRank.test(X, "pairs")).method());
    assertInstanceOf(TestResult.Tested.class, SignFlips.test(X, C, "pairs"));
  }
}
