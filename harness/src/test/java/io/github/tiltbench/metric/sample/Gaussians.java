package io.github.tiltbench.metric.sample;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Points of known laws, and means held against them. */
final class Gaussians {
  private Gaussians() {}

  /** Independent normals, coordinate k with deviation {@code scale[k]}. */
  static double[][] rows(SplittableRandom random, int n, double... scale) {
    double[][] rows = new double[n][scale.length];
    for (double[] row : rows) {
      Arrays.setAll(row, k -> scale[k] * random.nextGaussian());
    }
    return rows;
  }

  /** The same deviation in every coordinate. */
  static double[][] round(SplittableRandom random, int n, int width) {
    double[] scale = new double[width];
    Arrays.fill(scale, 1);
    return rows(random, n, scale);
  }

  static Reference reference(double[][] rows) {
    return new Reference(rows, new int[rows.length], List.of("all"));
  }

  /** One trial a few rows long after the other, all of one prompt. */
  static Cloud cloud(double[][] rows, int trials) {
    int size = rows.length / trials;
    return new Cloud(
        IntStream.range(0, trials)
            .mapToObj(t -> Points.of("-", Arrays.copyOfRange(rows, t * size, (t + 1) * size)))
            .toList(),
        false);
  }

  /** Fails unless the mean of independent numbers is within four standard errors of a truth. */
  static void assertMean(double truth, double[] x, String what) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance =
        Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1) / x.length;
    double off = Math.abs(mean - truth) / Math.sqrt(variance);
    assertTrue(off < 4, () -> what + ": " + mean + " is " + off + " errors from " + truth);
  }
}
