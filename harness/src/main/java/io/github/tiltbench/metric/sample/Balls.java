package io.github.tiltbench.metric.sample;

import io.github.tiltbench.metric.sample.Neighbours.What;
import java.util.Arrays;

/**
 * Which samples lie in which balls, by group of samples, so that any group can be left out; made in
 * one pass over all pairs.
 */
final class Balls {
  private final int k;
  private final int reals;
  private final int[] samples;
  private final int[] precise;
  private final int[] dense;

  /** Samples of each group in each real ball. */
  private final int[][] covering;

  /** Real points in the ball of some sample, without each group; the last entry is without none. */
  private final boolean[][] recalled;

  private boolean copies;

  /**
   * Tallies samples against real points.
   *
   * @param group of each sample, below {@code groups}
   */
  Balls(Reference real, double[][] rows, int[] group, int groups, int k) {
    this.k = k;
    reals = real.size();
    samples = new int[groups];
    precise = new int[groups];
    dense = new int[groups];
    covering = new int[groups][reals];
    recalled = new boolean[groups + 1][reals];
    double[] radius = real.once("radii" + k, () -> Neighbours.radii(real.rows(), k));
    for (int j = 0; j < rows.length; j++) {
      double[] reach = reach(rows, j, group, groups);
      double most = Arrays.stream(reach).max().orElseThrow();
      int inside = 0;
      for (int i = 0; i < reals; i++) {
        double d = Vectors.squaredDistance(real.rows()[i], rows[j]);
        copies |= d == 0;
        if (d <= radius[i]) {
          inside++;
          covering[group[j]][i]++;
        }
        if (d <= most) {
          recall(i, d, reach, group[j]);
        }
      }
      samples[group[j]]++;
      dense[group[j]] += inside;
      precise[group[j]] += inside > 0 ? 1 : 0;
    }
  }

  private void recall(int i, double d, double[] reach, int own) {
    for (int g = 0; g < reach.length; g++) {
      recalled[g][i] |= g != own && d <= reach[g];
    }
  }

  /** The squared radius of a sample's ball without each group; the last entry is without none. */
  private double[] reach(double[][] rows, int j, int[] group, int groups) {
    double[][] nearest = new double[groups + 1][k];
    for (double[] list : nearest) {
      Arrays.fill(list, Double.POSITIVE_INFINITY);
    }
    double widest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < rows.length; i++) {
      double d = i == j ? Double.POSITIVE_INFINITY : Vectors.squaredDistance(rows[i], rows[j]);
      if (d < widest) {
        widest = 0;
        for (int g = 0; g <= groups; g++) {
          if (g != group[i]) {
            insert(nearest[g], d);
          }
          widest = Math.max(widest, nearest[g][k - 1]);
        }
      }
    }
    return Arrays.stream(nearest).mapToDouble(list -> list[k - 1]).toArray();
  }

  /** Puts a value into its place of a sorted list, the last one falling out. */
  private static void insert(double[] sorted, double value) {
    int at = sorted.length - 1;
    if (value >= sorted[at]) {
      return;
    }
    for (; at > 0 && sorted[at - 1] > value; at--) {
      sorted[at] = sorted[at - 1];
    }
    sorted[at] = value;
  }

  /** Whether a sample is a real point. */
  boolean copies() {
    return copies;
  }

  /** One of the numbers without a group, {@code -1} for none. */
  double value(What what, int without) {
    double m = sum(samples, without);
    return switch (what) {
      case PRECISION -> sum(precise, without) / m;
      case DENSITY -> sum(dense, without) / m / k;
      case RECALL -> share(recalled[without < 0 ? samples.length : without]);
      case COVERAGE -> covered(without);
    };
  }

  private static double sum(int[] counts, int without) {
    return Arrays.stream(counts).sum() - (without < 0 ? 0 : counts[without]);
  }

  private static double share(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return (double) count / flags.length;
  }

  private double covered(int without) {
    int covered = 0;
    for (int i = 0; i < reals; i++) {
      boolean any = false;
      for (int g = 0; g < covering.length; g++) {
        any |= g != without && covering[g][i] > 0;
      }
      covered += any ? 1 : 0;
    }
    return (double) covered / reals;
  }
}
