package io.github.tiltbench.exactness;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;

/**
 * The law of a DDIM chain on N(m, s^2) data in one dimension, in closed form: every step is affine.
 *
 * <p>x' = A x + B + sigma z, so that x_0 given x_t is N(a_t x + d_t, g_t) by backward recursion,
 * and x_0 is N(M, V) with M = d_T, V = g_T + a_T^2.
 */
final class GaussianTruth {
  final double[] a;
  final double[] sigma;
  final double mean;
  final double variance;

  GaussianTruth(GaussianProcess process, double eta, double m, double s2) {
    int steps = process.steps();
    a = new double[steps + 1];
    sigma = new double[steps + 1];
    a[0] = 1;
    double d = 0;
    double spread = 0;
    for (int t = 1; t <= steps; t++) {
      double now = process.alphaBar(t);
      double next = process.alphaBar(t - 1);
      double c0 = s2 * (1 - now) / (1 - now + now * s2);
      double c = c0 * Math.sqrt(now) / (1 - now);
      double e = c0 * m / s2;
      double variance = eta * eta * (1 - next) / (1 - now) * (1 - now / next);
      sigma[t] = Math.sqrt(variance);
      double k = Math.sqrt(1 - next - variance) / Math.sqrt(1 - now);
      double scale = Math.sqrt(next) * c + k * (1 - Math.sqrt(now) * c);
      double shift = (Math.sqrt(next) - k * Math.sqrt(now)) * e;
      d += a[t - 1] * shift;
      spread += a[t - 1] * a[t - 1] * variance;
      a[t] = a[t - 1] * scale;
    }
    mean = d;
    variance = spread + a[steps] * a[steps];
  }

  /** The law of any chain of Gaussian steps on N(m, s^2) data, from two means of each step. */
  GaussianTruth(GaussianProcess process, double m, double s2) {
    int steps = process.steps();
    a = new double[steps + 1];
    sigma = new double[steps + 1];
    a[0] = 1;
    double d = 0;
    double spread = 0;
    for (int t = 1; t <= steps; t++) {
      double now = process.alphaBar(t);
      double slope = Math.sqrt(now) * s2 / (now * s2 + 1 - now);
      double[] clean = {m - slope * Math.sqrt(now) * m, m + slope * (1 - Math.sqrt(now) * m)};
      Batch.Reals x = new Batch.Reals(new double[] {0, 1}, new int[] {1});
      GaussianStep law =
          process.law(x, t, new Prediction.Mean(new Batch.Reals(clean, new int[] {1})));
      double shift = law.mean().data()[0];
      sigma[t] = law.std();
      d += a[t - 1] * shift;
      spread += a[t - 1] * a[t - 1] * sigma[t] * sigma[t];
      a[t] = a[t - 1] * (law.mean().data()[1] - shift);
    }
    mean = d;
    variance = spread + a[steps] * a[steps];
  }

  /** log E exp(w x_0 / alpha). */
  double logEvidenceLinear(double w, double alpha) {
    return w * mean / alpha + w * w * variance / (2 * alpha * alpha);
  }

  /** Mean of the law tilted by exp(-q (x - c)^2 / (2 alpha)). */
  double quadraticMean(double q, double c, double alpha) {
    return (mean + variance * q * c / alpha) / (1 + variance * q / alpha);
  }

  /** Its variance. */
  double quadraticVariance(double q, double alpha) {
    return variance / (1 + variance * q / alpha);
  }

  /** log E exp(-q (x_0 - c)^2 / (2 alpha)). */
  double logEvidenceQuadratic(double q, double c, double alpha) {
    return -0.5 * Math.log1p(variance * q / alpha)
        - 0.5 * (mean - c) * (mean - c) / (variance + alpha / q);
  }

  /** Sum over the steps of a_{t-1} sigma_t, and of its square: what greedy selection adds up. */
  double[] greedySums() {
    double linear = 0;
    double squares = 0;
    for (int t = 1; t < a.length; t++) {
      linear += a[t - 1] * sigma[t];
      squares += a[t - 1] * a[t - 1] * sigma[t] * sigma[t];
    }
    return new double[] {linear, squares};
  }
}
