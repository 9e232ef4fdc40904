package io.github.tiltbench.particle;

import io.github.tiltbench.random.Uniforms;

/**
 * Branch and keep: each parent has M consecutive children of which one survives.
 *
 * <p>The step that SVDD, beam search and their kin share.
 */
public final class Branching {
  private Branching() {}

  /** Indices that repeat each of {@code parents} rows {@code width} times, consecutively. */
  public static int[] repeat(int parents, int width) {
    int[] index = new int[parents * width];
    for (int i = 0; i < index.length; i++) {
      index[i] = i / width;
    }
    return index;
  }

  /**
   * The surviving child of each family.
   *
   * @param values value of each child, families of {@code width} consecutive rows
   * @param temperature 0 keeps the best (the first among equals); above 0 child m survives with
   *     probability proportional to {@code exp(value / temperature)}
   * @param u one uniform a family
   * @return one index a family, into the children
   * @throws IllegalArgumentException if a value is NaN
   */
  public static int[] keep(double[] values, int width, double temperature, Uniforms u) {
    int[] kept = new int[values.length / width];
    for (int family = 0; family < kept.length; family++) {
      int from = family * width;
      int best = from;
      for (int i = from; i < from + width; i++) {
        if (Double.isNaN(values[i])) {
          throw new IllegalArgumentException("the value of child " + i + " is not a number");
        }
        best = values[i] > values[best] ? i : best;
      }
      kept[family] =
          temperature == 0 ? best : draw(values, from, width, best, temperature, u.at(family));
    }
    return kept;
  }

  private static int draw(
      double[] values, int from, int width, int best, double temperature, double u) {
    double top = values[best];
    if (Double.isInfinite(top)) {
      return best; // all children impossible, or one certain
    }
    double[] below = new double[width];
    double sum = 0;
    for (int m = 0; m < width; m++) {
      sum += Math.exp((values[from + m] - top) / temperature);
      below[m] = sum;
    }
    for (int m = 0; m < width; m++) {
      if (u * sum < below[m]) {
        return from + m;
      }
    }
    return best;
  }
}
