package io.github.tiltbench.metric.sample;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/** Symmetric matrices: covariances, eigenvalues, roots. */
final class Symmetric {
  /** How far below zero, relative to the trace, an eigenvalue may lie by rounding. */
  private static final double ROUNDING = 1e-10;

  private Symmetric() {}

  /** The unbiased covariance of equally weighted points. */
  static double[][] covariance(double[][] rows) {
    Moments moments = new Moments(rows[0].length);
    for (double[] row : rows) {
      moments.add(row);
    }
    return moments.covariance();
  }

  /**
   * The eigenvalues of the unbiased covariance of equally weighted points, largest first: as many
   * as the smaller of points and coordinates, from the smaller of two matrices that share them.
   */
  static double[] principal(double[][] rows) {
    int n = rows.length;
    if (n > rows[0].length) {
      return eigenvalues(covariance(rows));
    }
    double[] mean = mean(rows); // of moments, whose squares may be far too many
    double[][] centred = new double[n][mean.length];
    double[][] gram = new double[n][n];
    for (int i = 0; i < n; i++) {
      int row = i;
      Arrays.setAll(centred[i], k -> rows[row][k] - mean[k]);
      for (int j = 0; j <= i; j++) {
        gram[i][j] = Vectors.dot(centred[i], centred[j]) / (n - 1);
        gram[j][i] = gram[i][j];
      }
    }
    return eigenvalues(gram);
  }

  /** The mean of some points, about the first of them as {@link Moments} sum. */
  private static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (int i = 0; i < mean.length; i++) {
      for (double[] row : rows) {
        mean[i] += row[i] - rows[0][i];
      }
      mean[i] = rows[0][i] + mean[i] / rows.length;
    }
    return mean;
  }

  static double trace(double[][] a) {
    double trace = 0;
    for (int i = 0; i < a.length; i++) {
      trace += a[i][i];
    }
    return trace;
  }

  /** The eigenvalues, largest first; NaN of a matrix that is not finite. */
  static double[] eigenvalues(double[][] a) {
    if (!finite(a)) {
      return unknown(a.length);
    }
    double[] values =
        new EigenDecomposition(new Array2DRowRealMatrix(a, false)).getRealEigenvalues();
    Arrays.sort(values);
    for (int i = 0; i < values.length / 2; i++) {
      double swapped = values[i];
      values[i] = values[values.length - 1 - i];
      values[values.length - 1 - i] = swapped;
    }
    return values;
  }

  /**
   * The eigenvalues of a matrix that has none below zero, but for rounding; largest first. NaN if
   * one is further below zero.
   */
  static double[] nonNegative(double[][] a) {
    double[] values = eigenvalues(a);
    double tolerance = ROUNDING * trace(a);
    if (values[values.length - 1] < -tolerance) {
      return unknown(a.length);
    }
    return Arrays.stream(values).map(v -> Math.max(0, v)).toArray();
  }

  private static boolean finite(double[][] a) {
    return Arrays.stream(a).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
  }

  private static double[] unknown(int n) {
    double[] unknown = new double[n];
    Arrays.fill(unknown, Double.NaN);
    return unknown;
  }

  /** The symmetric square root of a covariance; NaN of one that is not finite. */
  static double[][] root(double[][] a) {
    if (!finite(a)) {
      return Arrays.stream(a).map(row -> unknown(row.length)).toArray(double[][]::new);
    }
    EigenDecomposition e = new EigenDecomposition(new Array2DRowRealMatrix(a, false));
    int p = a.length;
    double[][] v = e.getV().getData();
    double[] lambda = Arrays.stream(e.getRealEigenvalues()).map(x -> Math.max(0, x)).toArray();
    double[][] root = new double[p][p];
    for (int i = 0; i < p; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < p; k++) {
          sum += v[i][k] * Math.sqrt(lambda[k]) * v[j][k];
        }
        root[i][j] = sum;
        root[j][i] = sum;
      }
    }
    return root;
  }

  /** {@code r a r} of two symmetric matrices, symmetric to the last digit. */
  static double[][] sandwich(double[][] r, double[][] a) {
    int p = a.length;
    double[][] half = new double[p][p];
    for (int i = 0; i < p; i++) {
      for (int k = 0; k < p; k++) {
        for (int j = 0; j < p; j++) {
          half[i][j] += r[i][k] * a[k][j];
        }
      }
    }
    double[][] product = new double[p][p];
    for (int i = 0; i < p; i++) {
      for (int j = 0; j <= i; j++) {
        product[i][j] = Vectors.dot(half[i], r[j]);
        product[j][i] = product[i][j];
      }
    }
    return product;
  }
}
