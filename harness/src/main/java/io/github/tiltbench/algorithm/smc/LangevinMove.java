package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.random.Noise;

/**
 * A move y = keep x + drift g(x) + std z of a Markov chain whose law is the standard normal one
 * times exp(L), g being the gradient of L.
 *
 * @param keep factor of where it stands
 * @param drift factor of the gradient
 * @param std deviation of what is drawn
 * @param corrected whether it is taken by Metropolis' rule, or else always
 */
record LangevinMove(double keep, double drift, double std, boolean corrected) {
  /**
   * Where chains stand, one row a chain.
   *
   * @param x states
   * @param log L of each
   * @param gradient of L
   */
  record Point(Batch.Reals x, double[] log, Batch.Reals gradient) {}

  /**
   * The preconditioned Crank-Nicolson move, whose proposal without a gradient leaves the normal law
   * as it is: how often it is taken does not hang on the dimension.
   */
  static LangevinMove crankNicolson(double step) {
    double keep = (1 - step / 4) / (1 + step / 4);
    double std = Math.sqrt(step) / (1 + step / 4);
    return new LangevinMove(keep, std * Math.sqrt(step) / 2, std, true);
  }

  /** Euler's step of the Langevin equation. */
  static LangevinMove euler(double step, boolean corrected) {
    return new LangevinMove(1 - step / 2, step / 2, Math.sqrt(step), corrected);
  }

  /** One proposal a chain. */
  Batch.Reals propose(Point from, Noise noise) {
    double[] next = new double[from.x.data().length];
    noise.normals(from.x.size(), next);
    for (int i = 0; i < next.length; i++) {
      next[i] = keep * from.x.data()[i] + drift * from.gradient.data()[i] + std * next[i];
    }
    return new Batch.Reals(next, from.x.item());
  }

  /**
   * The log of the ratio of Metropolis' rule for each proposal, 0 where all are taken: with e = y -
   * keep x and e' = x - keep y
   *
   * <pre>L(y) - L(x) + (1 - (1 - keep^2) / std^2) (|x|^2 - |y|^2) / 2
   *   + drift / std^2 (<e', g(y)> - <e, g(x)>) - drift^2 / (2 std^2) (|g(y)|^2 - |g(x)|^2),</pre>
   *
   * in which the second term is what the normal law leaves, nothing of the Crank-Nicolson move.
   */
  double[] logRatio(Point from, Point to) {
    double[] ratio = new double[from.log.length];
    if (!corrected) {
      return ratio;
    }
    double precision = 1 / (std * std);
    double left = 1 - (1 - keep * keep) * precision;
    int width = from.x.width();
    for (int row = 0; row < ratio.length; row++) {
      double sum = to.log[row] - from.log[row];
      for (int i = row * width; i < (row + 1) * width; i++) {
        double x = from.x.data()[i];
        double y = to.x.data()[i];
        double g = from.gradient.data()[i];
        double h = to.gradient.data()[i];
        sum += left * (x * x - y * y) / 2;
        sum += drift * precision * ((x - keep * y) * h - (y - keep * x) * g);
        sum -= drift * drift * precision * (h * h - g * g) / 2;
      }
      ratio[row] = sum;
    }
    return ratio;
  }
}
