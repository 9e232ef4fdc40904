package io.github.tiltbench.diffusion;

/**
 * The function psi(x) = exp(sum_i q_i x_i - Q_i x_i^2 / 2): a Gaussian step reweighted by it stays
 * Gaussian, and its coordinates stay independent.
 *
 * @param linear q, one number a coordinate
 * @param precision Q, one number a coordinate; negative ones spread a step out
 */
public record QuadraticPotential(double[] linear, double[] precision) {
  /** Refuses vectors of different lengths. */
  public QuadraticPotential {
    if (linear.length != precision.length) {
      throw new IllegalArgumentException(
          linear.length + " linear terms for " + precision.length + " precisions");
    }
  }

  /** The potential 1. */
  public static QuadraticPotential one(int width) {
    return new QuadraticPotential(new double[width], new double[width]);
  }

  /** log psi, a row. */
  public double[] log(Batch.Reals x) {
    int width = linear.length;
    double[] log = new double[x.size()];
    for (int i = 0; i < x.data().length; i++) {
      double at = x.data()[i];
      log[i / width] += linear[i % width] * at - 0.5 * precision[i % width] * at * at;
    }
    return log;
  }

  /** 1 + v Q at a coordinate: the variance v of a step over its variance once reweighted. */
  double widening(int coordinate, double std) {
    double d = 1 + std * std * precision[coordinate];
    if (!(d > 0)) {
      throw new IllegalArgumentException(
          "a potential of precision " + precision[coordinate] + " has no mean under std " + std);
    }
    return d;
  }
}
