package io.github.tiltbench.metric.law;

import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.stats.Quantiles;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A law seen along straight lines: one in one dimension, 32 evenly turned ones in two, else 64
 * fixed random ones.
 *
 * <p>Nothing is projected before it is asked for, and everything once.
 */
public final class RandomProjections {
  private static final int QUANTILES = 500;
  private static final int TURNS = 32;
  private static final int RANDOM = 64;

  private final double[][] points;
  private final double[] weights;
  private final double[][] directions;
  private final Map<Integer, Double> floors = new ConcurrentHashMap<>();
  private double[][] quantiles;

  private RandomProjections(double[][] points, double[] weights) {
    this.points = points;
    this.weights = weights;
    this.directions = directions(points[0].length);
  }

  /** The projections of weighted points. */
  static RandomProjections of(double[][] points, double[] weights) {
    return new RandomProjections(points, weights);
  }

  /** Directions of length one. */
  double[][] directions() {
    return directions;
  }

  /** Quantiles of the points projected on each direction, at 500 evenly spaced probabilities. */
  synchronized double[][] quantiles() {
    if (quantiles == null) {
      quantiles =
          Arrays.stream(directions)
              .map(direction -> quantiles(points, weights, direction))
              .toArray(double[][]::new);
    }
    return quantiles;
  }

  /** A number that depends on the points and on how many draws there are of them alone. */
  double floor(int draws, IntToDoubleFunction compute) {
    return floors.computeIfAbsent(draws, compute::applyAsDouble);
  }

  /** The inverse of the weighted distribution function of points projected on a direction. */
  static double[] quantiles(double[][] points, double[] weights, double[] direction) {
    double[] projected = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      for (int k = 0; k < direction.length; k++) {
        projected[i] += points[i][k] * direction[k];
      }
    }
    double[] probabilities = new double[QUANTILES];
    Arrays.setAll(probabilities, k -> (k + 0.5) / QUANTILES);
    return Quantiles.weighted(projected, weights, probabilities);
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
