package io.github.tiltbench.algorithm.twist;

import java.util.Arrays;

/** Linear systems of a few unknowns: {@code gram * theta = moments}. */
final class NormalEquations {
  private NormalEquations() {}

  /**
   * Solves with every diagonal entry of the matrix raised by a part of itself, which makes it
   * definite even where features depend on one another; an unknown whose feature is always zero is
   * zero.
   *
   * @param gram symmetric, at least semidefinite, k by k
   * @param moments k rows of right-hand sides
   * @param ridge the part, above 0
   */
  static double[] solve(double[] gram, double[] moments, int k, double ridge) {
    double[] root = gram.clone();
    for (int i = 0; i < k; i++) {
      root[i * k + i] = gram[i * k + i] > 0 ? gram[i * k + i] * (1 + ridge) : 1;
    }
    factorise(root, k);
    double[] theta = moments.clone();
    int columns = moments.length / k;
    for (int c = 0; c < columns; c++) {
      for (int i = 0; i < k; i++) {
        double sum = theta[i * columns + c];
        for (int j = 0; j < i; j++) {
          sum -= root[i * k + j] * theta[j * columns + c];
        }
        theta[i * columns + c] = sum / root[i * k + i];
      }
      for (int i = k - 1; i >= 0; i--) {
        double sum = theta[i * columns + c];
        for (int j = i + 1; j < k; j++) {
          sum -= root[j * k + i] * theta[j * columns + c];
        }
        theta[i * columns + c] = sum / root[i * k + i];
      }
    }
    return theta;
  }

  /** Cholesky, in place in the lower triangle. */
  private static void factorise(double[] a, int k) {
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * k + j];
        for (int m = 0; m < j; m++) {
          sum -= a[i * k + m] * a[j * k + m];
        }
        if (i == j && !(sum > 0)) {
          throw new ArithmeticException("not definite: " + Arrays.toString(a));
        }
        a[i * k + j] = i == j ? Math.sqrt(sum) : sum / a[j * k + j];
      }
    }
  }
}
