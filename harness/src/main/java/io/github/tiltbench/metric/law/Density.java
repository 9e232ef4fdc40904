package io.github.tiltbench.metric.law;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The density of a law in one or two dimensions: in closed form where the law is a Gaussian, else
 * its points smoothed by a Gaussian kernel.
 *
 * <p>The kernel's width in each coordinate is the standard deviation of the points within their
 * modes times {@code n^(-1/(d+4))}, with n the effective number of points (D. W. Scott,
 * Multivariate Density Estimation (1992), section 6.3): modes apart do not widen it.
 */
public final class Density {
  private final Law law;
  private final double[] widths;

  /**
   * The density of a law.
   *
   * @throws IllegalArgumentException for a law in more than two dimensions
   */
  public Density(Law law) {
    int d = law.mean().length;
    if (d > 2) {
      throw new IllegalArgumentException("a density in " + d + " dimensions cannot be shown");
    }
    this.law = law;
    this.widths = law.exact() ? new double[d] : widths(law);
  }

  /** The standard deviation of the kernel in each coordinate; zeros where there is none. */
  public double[] widths() {
    return widths.clone();
  }

  /**
   * The density of a law in one dimension.
   *
   * @param x ascending
   */
  public double[] along(double[] x) {
    return over(x, new double[0])[0];
  }

  /**
   * The density of a law in two dimensions at the crossings of columns and rows.
   *
   * @param x columns, ascending
   * @param y rows, ascending; of a law in one dimension none, and the one row stands for it
   * @return a line a row
   */
  public double[][] over(double[] x, double[] y) {
    int d = law.mean().length;
    if ((d == 2) != (y.length > 0)) {
      throw new IllegalArgumentException("a grid in " + d + " dimensions");
    }
    double[][] density = new double[Math.max(1, y.length)][x.length];
    double[][] centres = law.exact() ? new double[][] {law.mean()} : law.points();
    for (int i = 0; i < centres.length; i++) {
      double weight = law.exact() ? 1 : law.weights()[i];
      Bell columns = Bell.over(x, centres[i][0], width(0));
      if (d == 1) {
        columns.add(density[0], weight);
        continue;
      }
      Bell rows = Bell.over(y, centres[i][1], width(1));
      for (int r = 0; r < rows.heights.length; r++) {
        columns.add(density[rows.from + r], weight * rows.heights[r]);
      }
    }
    return density;
  }

  /** A kernel on a grid from the first place where it is more than nothing. */
  private record Bell(int from, double[] heights) {
    /** Half a kernel's width in standard deviations: beyond lies less than 1e-30 of its height. */
    private static final double REACH = 12;

    static Bell over(double[] ascending, double centre, double width) {
      int from = 0;
      while (from < ascending.length && ascending[from] < centre - REACH * width) {
        from++;
      }
      int to = from;
      while (to < ascending.length && ascending[to] <= centre + REACH * width) {
        to++;
      }
      double scale = 1 / (width * Math.sqrt(2 * Math.PI));
      double[] heights = new double[to - from];
      for (int i = 0; i < heights.length; i++) {
        double z = (ascending[from + i] - centre) / width;
        heights[i] = scale * Math.exp(-z * z / 2);
      }
      return new Bell(from, heights);
    }

    void add(double[] line, double weight) {
      for (int i = 0; i < heights.length; i++) {
        line[from + i] += weight * heights[i];
      }
    }
  }

  /** Coordinates of a Gaussian law are independent, so its widths are those of a single kernel. */
  private double width(int k) {
    return law.exact() ? Math.sqrt(law.covariance()[k][k]) : widths[k];
  }

  private static double[] widths(Law law) {
    int d = law.mean().length;
    int modes = law.modes().weights().length;
    int[] mode = Arrays.stream(law.points()).mapToInt(law::mode).toArray();
    double[] weights = law.weights();
    double squares = Arrays.stream(weights).map(w -> w * w).sum();
    double factor = Math.pow(1 / squares, -1.0 / (d + 4));
    return IntStream.range(0, d)
        .mapToDouble(
            k -> {
              double[] mass = new double[modes];
              double[] mean = new double[modes];
              for (int i = 0; i < mode.length; i++) {
                mass[mode[i]] += weights[i];
                mean[mode[i]] += weights[i] * law.points()[i][k];
              }
              double variance = 0;
              for (int i = 0; i < mode.length; i++) {
                double off = law.points()[i][k] - mean[mode[i]] / mass[mode[i]];
                variance += weights[i] * off * off;
              }
              return factor * Math.sqrt(variance);
            })
        .toArray();
  }
}
