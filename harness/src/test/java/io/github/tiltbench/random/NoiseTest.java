package io.github.tiltbench.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseTest {
  private static final Seed SEED = Seed.of(20261121, "bag", 3);

  private static double[] row(Noise noise, int row, int length) {
    double[] out = new double[length];
    noise.normals(row, out, 0, length);
    return out;
  }

  /** Golden values: these bits are part of the meaning of every stored result. */
  @Test
  void numbersNeverDrift() {
    Noise noise = SEED.noise(Purpose.STEP, 7);
    assertEquals(GOLDEN_KEY, SEED.key());
    assertArrayEquals(GOLDEN_NORMALS, row(noise, 2, 4));
    assertEquals(GOLDEN_UNIFORM, noise.uniforms(2).at(5));
  }

  private static final long GOLDEN_KEY = 5679970094605243974L;
  private static final double[] GOLDEN_NORMALS = {
    -0.8393301779695845, -1.3538117546943982, -0.5646440280156603, 0.9524876873274808
  };
  private static final double GOLDEN_UNIFORM = 0.09401657312369055;

  @Test
  void aRowDoesNotDependOnTheBatchAroundIt() {
    Noise noise = SEED.noise(Purpose.STEP, 7);
    double[] five = row(noise, 5, 9);
    assertArrayEquals(five, row(noise.from(3), 2, 9));
    assertArrayEquals(Arrays.copyOf(five, 4), row(noise, 5, 4));
    assertArrayEquals(five, row(noise.branched(4), 20, 9), "branch 0 is the particle itself");
  }

  /** Round 0 is today's noise; later ones share no draw with it, with each other or with theirs. */
  @Test
  void roundsAreApart() {
    Noise noise = SEED.noise(Purpose.STEP, 7).from(2).branched(3);
    assertSame(noise, noise.round(0));
    assertEquals(noise.round(5), noise.round(5));
    List<double[]> rows = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      rows.add(row(noise.round(round), 4, 50));
    }
    rows.add(row(noise.round(1).round(2), 4, 50));
    rows.add(row(noise.round(2).round(1), 4, 50));
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < i; j++) {
        double product = 0;
        for (int k = 0; k < 50; k++) {
          product += rows.get(i)[k] * rows.get(j)[k];
        }
        // A sum of 50 products of normals has standard deviation sqrt(50); 861 pairs.
        assertEquals(0, product, 5 * Math.sqrt(50), i + " and " + j);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> noise.round(-1));
  }

  /** Rows of one block and of many, odd ones, rows over several sets of blocks, branches. */
  @ParameterizedTest
  @CsvSource({"1, 40", "2, 3", "2, 700", "3, 200", "7, 5", "784, 3", "1025, 2", "0, 4"})
  void aBatchIsItsRows(int length, int rows) {
    for (int width : new int[] {1, 3}) {
      Noise noise = SEED.noise(Purpose.STEP, 7).from(2).branched(width);
      double[] normals = new double[rows * length];
      double[] uniforms = new double[rows * length];
      noise.normals(rows, normals);
      noise.uniforms(rows, uniforms);
      for (int row = 0; row < rows; row++) {
        double[] expected = row(noise, row, length);
        assertArrayEquals(
            expected, Arrays.copyOfRange(normals, row * length, (row + 1) * length), "row " + row);
        for (int i = 0; i < length; i++) {
          assertEquals(noise.uniforms(row).at(i), uniforms[row * length + i]);
        }
      }
    }
  }

  @Test
  void aRowIsWrittenWhereItWasAskedForAlone() {
    double[] out = new double[9];
    SEED.noise(Purpose.STEP, 7).normals(4, out, 1, 7);
    assertEquals(0, out[0]);
    assertEquals(0, out[8]);
    assertArrayEquals(row(SEED.noise(Purpose.STEP, 7), 4, 7), Arrays.copyOfRange(out, 1, 8));
    assertThrows(IllegalArgumentException.class, () -> SEED.noise(Purpose.STEP, 7).normals(4, out));
  }

  @Test
  void everyPartOfTheAddressMatters() {
    double base = row(SEED.noise(Purpose.STEP, 7), 1, 1)[0];
    assertNotEquals(base, row(SEED.noise(Purpose.PRIOR, 7), 1, 1)[0]);
    assertNotEquals(base, row(SEED.noise(Purpose.STEP, 6), 1, 1)[0]);
    assertNotEquals(base, row(SEED.noise(Purpose.STEP, 7), 2, 1)[0]);
    assertNotEquals(base, row(SEED.noise(Purpose.STEP, 7).branched(2), 3, 1)[0]);
    assertNotEquals(base, row(Seed.of(20261121, "bag", 4).noise(Purpose.STEP, 7), 1, 1)[0]);
    assertNotEquals(base, row(Seed.of(20261121, "bags", 3).noise(Purpose.STEP, 7), 1, 1)[0]);
    assertNotEquals(base, row(Seed.of(20261122, "bag", 3).noise(Purpose.STEP, 7), 1, 1)[0]);
  }

  @Test
  void normalsAreNormal() {
    double[] sample = row(SEED.noise(Purpose.FIT, 0), 0, 200_000);
    double p =
        new KolmogorovSmirnovTest()
            .kolmogorovSmirnovTest(new NormalDistribution(null, 0, 1), sample, false);
    assertTrue(p > 1e-3, "Kolmogorov-Smirnov p = " + p);
    double tail =
        (double) Arrays.stream(sample).filter(x -> Math.abs(x) > 3.654152885361009).count();
    double expected =
        200_000 * 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-3.654152885361009);
    assertEquals(expected, tail, 4 * Math.sqrt(expected), "draws beyond the ziggurat's edge");
    double fourth = Arrays.stream(sample).map(x -> x * x * x * x).average().orElseThrow();
    assertEquals(3, fourth, 4 * Math.sqrt(96.0 / 200_000));
  }

  @Test
  void neighbouringRowsAndStepsAreUncorrelated() {
    int n = 50_000;
    double rows = 0;
    double steps = 0;
    for (int i = 0; i < n; i++) {
      double here = row(SEED.noise(Purpose.STEP, 1), i, 1)[0];
      rows += here * row(SEED.noise(Purpose.STEP, 1), i + 1, 1)[0];
      steps += here * row(SEED.noise(Purpose.STEP, 2), i, 1)[0];
    }
    assertEquals(0, rows / n, 4 / Math.sqrt(n));
    assertEquals(0, steps / n, 4 / Math.sqrt(n));
  }
}
