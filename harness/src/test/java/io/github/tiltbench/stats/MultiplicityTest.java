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

class MultiplicityTest {
  private static final Confidence C = Confidence.standard(4);

  @Test
  void goldenValues() {
    double[] p = {0.01, 0.04, 0.03, 0.005};
    assertArrayEquals(new double[] {0.03, 0.06, 0.06, 0.02}, Multiplicity.holm(p), 1e-12);
    assertArrayEquals(new double[] {1, 1}, Multiplicity.holm(0.9, 0.6), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> Multiplicity.holm(0.1, 1.1));
    assertThrows(IllegalArgumentException.class, () -> Multiplicity.holm(Double.NaN));
  }

  @Test
  void refusedTestsDoNotCount() {
    TestResult refused = new TestResult.Refused("too few", 3);
    List<TestResult> adjusted =
        Multiplicity.holm(
            List.of(
                new TestResult.Tested(1, 0.02, "m", 9),
                refused,
                new TestResult.Tested(2, 0.03, "m", 9)));
    assertEquals(new TestResult.Tested(1, 0.04, "m, Holm over 2", 9), adjusted.get(0));
    assertEquals(refused, adjusted.get(1));
    assertEquals(0.04, Cells.tested(adjusted.get(2)).p());
  }

  private static MaxT maxT(double[][] rows, Confidence c) {
    JointMeans panel = new JointMeans(rows, "prompts", rows.length - 1);
    return new MaxT(panel.means(), panel.replicates(c), panel, c);
  }

  private static double[][] rows(int n, int width, double own, SplittableRandom r) {
    return IntStream.range(0, n)
        .mapToObj(
            i -> {
              double shared = Math.sqrt(1 - own * own) * r.nextGaussian();
              return IntStream.range(0, width)
                  .mapToDouble(k -> shared + own * r.nextGaussian())
                  .toArray();
            })
        .toArray(double[][]::new);
  }

  private static double width(Estimate e) {
    Estimate.Interval i = Cells.interval(e);
    return i.high() - i.low();
  }

  /** Copies of one number cost nothing; independent ones cost what Sidak says. */
  @Test
  void bandsUseTheCorrelation() {
    double[][] one = rows(200, 1, 1, new SplittableRandom(1));
    double[][] copies =
        Arrays.stream(one).map(r -> new double[] {r[0], r[0], r[0]}).toArray(double[][]::new);
    double single = width(maxT(one, C).band().get(0));
    assertEquals(single, width(maxT(copies, C).band().get(2)), 1e-9);
    Estimate.Interval student =
        Cells.interval(Means.student(new JointMeans(one, "x", 199).column(0), 0.95, "x"));
    assertEquals(student.high() - student.low(), single, 0.03 * single);
    double[][] independent = rows(200, 8, 1, new SplittableRandom(2));
    List<Estimate> band = maxT(independent, C).band();
    double sidak = Means.quantile(199, (1 + Math.pow(0.95, 1.0 / 8)) / 2);
    for (int k = 0; k < 8; k++) {
      Estimate.Interval alone =
          Cells.interval(Means.student(new JointMeans(independent, "x", 199).column(k), 0.95, "x"));
      double ratio = width(band.get(k)) / (alone.high() - alone.low());
      assertEquals(sidak / Means.quantile(199, 0.975), ratio, 0.04);
    }
  }

  /** One number: twice the tail probability of Student's t, within the noise of 9999 resamples. */
  @Test
  void adjustedValueOfOneNumber() {
    double[][] rows = rows(40, 1, 1, new SplittableRandom(3));
    for (double[] row : rows) {
      row[0] += 0.5;
    }
    JointMeans panel = new JointMeans(rows, "prompts", 39);
    double t = panel.means()[0] / Math.sqrt(panel.covariance()[0][0]);
    double expected = 2 * Means.probability(39, -t);
    double p = maxT(rows, C).adjusted()[0];
    assertEquals(expected, p, 4 * Math.sqrt(expected / 9999) + 0.1 * expected);
    assertTrue(expected > 0.001 && expected < 0.2, "p " + expected);
  }

  @Test
  void stepDownIsMonotoneAndBetterThanHolm() {
    SplittableRandom r = new SplittableRandom(5);
    double[][] rows = rows(60, 4, 0.3, r);
    for (double[] row : rows) {
      row[0] += 0.5;
      row[1] += 0.33;
    }
    double[] p = maxT(rows, C).adjusted();
    assertTrue(p[0] < p[1] && p[1] <= Math.min(p[2], p[3]), Arrays.toString(p));
    double[] single =
        IntStream.range(0, 4)
            .mapToDouble(
                k ->
                    maxT(
                            Arrays.stream(rows)
                                .map(row -> new double[] {row[k]})
                                .toArray(double[][]::new),
                            C)
                        .adjusted()[0])
            .toArray();
    double[] holm = Multiplicity.holm(single);
    assertTrue(p[1] < 0.8 * holm[1], Arrays.toString(p) + Arrays.toString(holm));
    for (int k = 0; k < 4; k++) {
      assertTrue(p[k] >= single[k] - 0.01);
    }
  }

  @Test
  void numbersWithoutSpreadAreRefusedAlone() {
    double[][] rows = rows(30, 2, 1, new SplittableRandom(6));
    for (double[] row : rows) {
      row[1] = 0.7;
    }
    MaxT t = maxT(rows, C);
    Cells.interval(t.band().get(0));
    assertEquals("no spread: all resamples give the same value", Cells.refusal(t.band().get(1)));
    assertEquals(1, t.adjusted()[1]);
  }

  /**
   * With 20 prompts and 6 correlated numbers all zero, the band misses one, and the step-down
   * rejects one, in 5 % of 1000 experiments (standard error 0.7 %).
   */
  @Test
  void familyWiseErrors() {
    SplittableRandom r = new SplittableRandom(7);
    int missed = 0;
    int rejected = 0;
    for (int i = 0; i < 1000; i++) {
      MaxT t = maxT(rows(20, 6, 0.7, r), new Confidence(0.95, 399, i));
      missed +=
          t.band().stream().map(Cells::interval).anyMatch(e -> e.low() > 0 || e.high() < 0) ? 1 : 0;
      rejected += Arrays.stream(t.adjusted()).anyMatch(p -> p <= 0.05) ? 1 : 0;
    }
    assertEquals(0.05, missed / 1000.0, 0.028);
    assertEquals(0.05, rejected / 1000.0, 0.028);
  }

  /** Rows of trials in fixed prompts say what their prompts say about the mean. */
  @Test
  void panelsOfFixedPromptsKeepMeanAndVariance() {
    SplittableRandom r = new SplittableRandom(8);
    double[][][] values = new double[3][][];
    double[][] flat = new double[3][];
    for (int p = 0; p < 3; p++) {
      int level = 10 * p;
      flat[p] = r.doubles(6 + 3 * p).map(u -> level + u * u).toArray();
      values[p] = Arrays.stream(flat[p]).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
    }
    JointMeans panel = JointMeans.of(values);
    Means.Moments m = Means.moments(flat);
    assertEquals(m.value(), panel.means()[0], 1e-12);
    assertEquals(m.variance(), panel.covariance()[0][0], 1e-15);
    assertEquals("trials in fixed prompts", panel.unit());
    assertEquals(24, panel.freedom());
  }
}
