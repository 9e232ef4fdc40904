package io.github.tiltbench.metric.law;

import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A law seen along straight lines: one in one dimension, 32 evenly turned ones in two, else 64
 * fixed random ones.
 *
 * @param directions of length one
 * @param quantiles of the points projected on each, at 500 evenly spaced probabilities
 */
public record RandomProjections(double[][] directions, double[][] quantiles) {
  private static final int QUANTILES = 500;
  private static final int TURNS = 32;
  private static final int RANDOM = 64;

  /** The shadows of weighted points. */
  static RandomProjections of(double[][] points, double[] weights) {
    double[][] directions = directions(points[0].length);
    double[][] quantiles =
        Arrays.stream(directions)
            .map(direction -> quantiles(points, weights, direction))
            .toArray(double[][]::new);
    return new RandomProjections(directions, quantiles);
  }

  /** The inverse of the weighted distribution function of points projected on a direction. */
  static double[] quantiles(double[][] points, double[] weights, double[] direction) {
    double[][] projected = new double[points.length][];
    for (int i = 0; i < points.length; i++) {
      double at = 0;
      for (int k = 0; k < direction.length; k++) {
        at += points[i][k] * direction[k];
      }
      projected[i] = new double[] {at, weights[i]};
    }
    Arrays.sort(projected, Comparator.comparingDouble(p -> p[0]));
    double[] quantiles = new double[QUANTILES];
    int i = 0;
    double cumulated = projected[0][1];
    for (int k = 0; k < QUANTILES; k++) {
      while (cumulated < (k + 0.5) / QUANTILES && i < projected.length - 1) {
        cumulated += projected[++i][1];
      }
      quantiles[k] = projected[i][0];
    }
    return quantiles;
  }

  private static double[][] directions(int d) {
    if (d == 1) {
      return new double[][] {{1}};
    }
    if (d == 2) {
      return IntStream.range(0, TURNS)
          .mapToDouble(i -> Math.PI * i / TURNS)
          .mapToObj(angle -> new double[] {Math.cos(angle), Math.sin(angle)})
          .toArray(double[][]::new);
    }
    Noise noise = Seed.of(0, "directions of shadows", 0).noise(Purpose.PROPOSAL, 0);
    return IntStream.range(0, RANDOM)
        .mapToObj(
            i -> {
              double[] z = new double[d];
              noise.normals(i, z, 0, d);
              double length = Math.sqrt(Arrays.stream(z).map(v -> v * v).sum());
              return Arrays.stream(z).map(v -> v / length).toArray();
            })
        .toArray(double[][]::new);
  }
}
