package io.github.tiltbench.model;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Arena;
import java.util.Arrays;

/**
 * The exact posterior mean of a Gaussian mixture with diagonal covariances, and its derivative.
 *
 * <p>With x_t = sqrt(a) x_0 + sqrt(1-a) noise and component k of weight w, mean m, variance S: x_t
 * | k is N(sqrt(a) m, D) with D = a S + 1 - a, the responsibilities rho_k are the posterior
 * weights, and E[x_0 | x_t] = sum_k rho_k (m + sqrt(a) S / D (x_t - sqrt(a) m)).
 */
final class GaussianMixtureDenoiser implements Denoiser {
  private final GaussianMixtureLaw mixture;
  private final GaussianProcess process;
  private final Posterior posterior;
  private Cost odometer = Cost.ZERO;

  GaussianMixtureDenoiser(GaussianMixtureLaw mixture, GaussianProcess process) {
    this.mixture = mixture;
    this.process = process;
    this.posterior = new Posterior();
  }

  @Override
  public StateSpace space() {
    return mixture.space();
  }

  @Override
  public boolean differentiable() {
    return true;
  }

  @Override
  public Cost odometer() {
    return odometer;
  }

  @Override
  public Prediction.Mean denoise(Batch x, int[] level, Condition[] condition) {
    odometer = odometer.plus(Cost.of(x.size(), x.size(), 0));
    return mean((Batch.Reals) x, level);
  }

  private Prediction.Mean mean(Batch.Reals x, int[] level) {
    int d = x.width();
    double[] clean = Arena.doubles(x.data().length);
    for (int row = 0; row < x.size(); row++) {
      posterior.given(x.data(), row * d, process.alphaBar(level[row]));
      System.arraycopy(posterior.mean, 0, clean, row * d, d);
    }
    return new Prediction.Mean(new Batch.Reals(clean, x.item()));
  }

  @Override
  public Linearised linearise(Batch x, int[] level, Condition[] condition) {
    Batch.Reals reals = (Batch.Reals) x;
    Prediction.Mean mean = denoise(reals, level, condition);
    return new Linearised() {
      @Override
      public Prediction prediction() {
        return mean;
      }

      @Override
      public Batch.Reals pullback(Batch.Reals cotangent) {
        odometer = odometer.plus(new Cost(0, 0, reals.size(), 0, 0));
        int d = reals.width();
        double[] gradient = Arena.doubles(reals.data().length);
        for (int row = 0; row < reals.size(); row++) {
          posterior.given(reals.data(), row * d, process.alphaBar(level[row]));
          posterior.pullback(cotangent.data(), gradient, row * d);
        }
        return new Batch.Reals(gradient, reals.item());
      }
    };
  }

  /** Everything about x_0 given one state, which may be replaced by another. */
  private final class Posterior {
    private final int components = mixture.weights().length;
    private final int d = mixture.means()[0].length;

    /** Responsibilities. */
    private final double[] rho = new double[components];

    /** E[x_0 | x_t, k]. */
    private final double[][] component = new double[components][d];

    /** Its slope in x_t. */
    private final double[][] slope = new double[components][d];

    /** Gradient of log N(x_t; k) in x_t. */
    private final double[][] score = new double[components][d];

    /** E[x_0 | x_t]. */
    private final double[] mean = new double[d];

    private final double[] meanScore = new double[d];

    void given(double[] x, int from, double alphaBar) {
      double signal = Math.sqrt(alphaBar);
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < components; k++) {
        double log = Math.log(mixture.weights()[k]);
        for (int i = 0; i < d; i++) {
          double variance = mixture.variances()[k][i];
          double spread = alphaBar * variance + 1 - alphaBar;
          double off = x[from + i] - signal * mixture.means()[k][i];
          log -= 0.5 * (off * off / spread + Math.log(spread));
          slope[k][i] = signal * variance / spread;
          component[k][i] = mixture.means()[k][i] + slope[k][i] * off;
          score[k][i] = -off / spread;
        }
        rho[k] = log;
        max = Math.max(max, log);
      }
      double sum = 0;
      for (int k = 0; k < components; k++) {
        rho[k] = Math.exp(rho[k] - max);
        sum += rho[k];
      }
      Arrays.fill(mean, 0);
      for (int k = 0; k < components; k++) {
        rho[k] /= sum;
        for (int i = 0; i < d; i++) {
          mean[i] += rho[k] * component[k][i];
        }
      }
    }

    /** J^T u = sum_k rho_k (slope_k u + (u . component_k) (score_k - mean score)). */
    void pullback(double[] u, double[] out, int from) {
      Arrays.fill(meanScore, 0);
      Arrays.fill(out, from, from + d, 0);
      for (int k = 0; k < components; k++) {
        for (int i = 0; i < d; i++) {
          meanScore[i] += rho[k] * score[k][i];
        }
      }
      for (int k = 0; k < components; k++) {
        double along = 0;
        for (int i = 0; i < d; i++) {
          along += u[from + i] * component[k][i];
        }
        for (int i = 0; i < d; i++) {
          out[from + i] +=
              rho[k] * (slope[k][i] * u[from + i] + along * (score[k][i] - meanScore[i]));
        }
      }
    }
  }
}
