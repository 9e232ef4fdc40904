package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.particle.Weights;

/**
 * A step from the law Q of some trajectories towards their target, no further than a distance: the
 * law Q R^tau, with R the weight of a trajectory.
 *
 * <p>Of all laws within a Kullback-Leibler divergence of Q, the one nearest to the target is of
 * that form, and its divergence from Q rises with tau: tau is 1 if the target itself is near
 * enough, else the root of a monotone function. (Minimise KL(Q'; target) + eta KL(Q'; Q) point by
 * point; tau = 1 / (1 + eta).)
 *
 * <p>From a sample the divergence is at most the log of its size, so that a larger radius never
 * binds.
 *
 * @param tau from 0 to 1
 * @param weights of the trajectories under the new law, summing to one
 * @param divergence KL of the whole way, tau = 1, in nats
 */
record TrustRegion(double tau, double[] weights, double divergence) {
  private static final int BISECTIONS = 60;

  /**
   * The step.
   *
   * @param path log-weights of trajectories drawn from Q; a constant in them does not matter, and
   *     minus infinity stays without weight
   * @param radius the divergence from Q allowed, in nats
   * @throws IllegalStateException if all weights are zero
   */
  static TrustRegion step(Weights path, double radius) {
    double whole = divergence(path, 1);
    double tau = 1;
    if (whole > radius) {
      double near = 0;
      for (int i = 0; i < BISECTIONS; i++) {
        double middle = (near + tau) / 2;
        if (divergence(path, middle) > radius) {
          tau = middle;
        } else {
          near = middle;
        }
      }
    }
    return new TrustRegion(tau, tempered(path, tau).normalised(), whole);
  }

  /** KL(Q R^tau; Q) as the sample has it. */
  static double divergence(Weights path, double tau) {
    Weights z = tempered(path, tau);
    double[] w = z.normalised();
    double mean = 0;
    for (int i = 0; i < w.length; i++) {
      mean += w[i] > 0 ? w[i] * z.log()[i] : 0;
    }
    return Math.max(0, mean - z.logMean());
  }

  private static Weights tempered(Weights path, double tau) {
    double[] log = path.log().clone();
    for (int i = 0; i < log.length; i++) {
      log[i] = log[i] == Double.NEGATIVE_INFINITY ? log[i] : tau * log[i];
    }
    return new Weights(log);
  }

  /** Effective sample size of the weights. */
  double ess() {
    double squares = 0;
    for (double w : weights) {
      squares += w * w;
    }
    return 1 / squares;
  }
}
