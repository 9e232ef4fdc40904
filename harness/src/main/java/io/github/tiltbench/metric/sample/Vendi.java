package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;

/**
 * The Vendi score of the samples of a prompt, averaged over prompts: how many wholly different
 * samples would be as diverse, from 1 to n.
 *
 * <p>Friedman and Dieng, arXiv 2210.02410, with the cosine kernel: {@code exp H_q} of the
 * eigenvalues of K/n, of {@code sqrt(w_i w_j) K_ij} where samples are weighted. Order 1 is {@code
 * exp(-sum l ln l)}, order 2 {@code 1/sum l^2}. Biased down and capped by n (arXiv 2410.21719): to
 * be compared at equal n only.
 *
 * @param order q, 1 or 2
 */
public record Vendi(int order) implements SampleMetric {
  private static final int SAMPLES = 10;

  /** Refuses other orders. */
  public Vendi {
    if (order != 1 && order != 2) {
      throw new IllegalArgumentException("order must be 1 or 2 but is " + order);
    }
  }

  @Override
  public String name() {
    return "vendi" + order;
  }

  @Override
  public Estimate estimate(Cloud cloud, double level) {
    if (cloud.fewest() < SAMPLES) {
      return cloud.refused(
          "a Vendi score needs " + SAMPLES + " samples a prompt; one has " + cloud.fewest());
    }
    return cloud.withinPrompts(this::of, level).within(1, Double.POSITIVE_INFINITY);
  }

  /** The value of one prompt; NaN if a point has no direction. */
  double of(WeightedPoints part) {
    WeightedPoints units = Vectors.normalised(part);
    double[][] kernel = scaledGram(units);
    for (double[] row : kernel) {
      for (double v : row) {
        if (Double.isNaN(v)) {
          return Double.NaN;
        }
      }
    }
    if (order == 2) {
      double squares = 0;
      for (double[] row : kernel) {
        squares += Vectors.squares(row);
      }
      return 1 / squares;
    }
    double entropy = 0;
    for (double l : Symmetric.nonNegative(kernel)) {
      entropy -= l > 0 ? l * Math.log(l) : 0;
    }
    return Math.exp(entropy);
  }

  /** The smaller of two matrices with the same non-zero eigenvalues: points by points, or X'X. */
  private static double[][] scaledGram(WeightedPoints units) {
    int n = units.size();
    int p = units.width();
    double[][] y = new double[n][p];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < p; k++) {
        y[i][k] = Math.sqrt(units.weights()[i]) * units.rows()[i][k];
      }
    }
    double[][] rows = n <= p ? y : transposed(y);
    double[][] gram = new double[rows.length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j <= i; j++) {
        gram[i][j] = Vectors.dot(rows[i], rows[j]);
        gram[j][i] = gram[i][j];
      }
    }
    return gram;
  }

  private static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < t.length; k++) {
        t[k][i] = a[i][k];
      }
    }
    return t;
  }
}
