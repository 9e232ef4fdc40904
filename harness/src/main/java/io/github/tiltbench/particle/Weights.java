package io.github.tiltbench.particle;

import java.util.Arrays;

/**
 * Log-weights of particles, as an immutable value; the one place that exponentiates them.
 *
 * <p>A weight of zero is minus infinity. NaN becomes minus infinity here and nowhere else; plus
 * infinity is refused.
 *
 * @param log the log-weights, not normalised; not to be changed once handed over
 */
public record Weights(double[] log) {
  /** Maps NaN to minus infinity. */
  public Weights {
    boolean undefined = false;
    for (int i = 0; i < log.length; i++) {
      if (!(log[i] < Double.POSITIVE_INFINITY)) {
        if (log[i] == Double.POSITIVE_INFINITY) {
          throw new IllegalArgumentException("the log-weight of particle " + i + " is infinite");
        }
        undefined = true;
      }
    }
    log = undefined ? defined(log) : log;
  }

  private static double[] defined(double[] log) {
    return Arrays.stream(log).map(l -> Double.isNaN(l) ? Double.NEGATIVE_INFINITY : l).toArray();
  }

  /** {@code size} weights of one. */
  public static Weights equal(int size) {
    return new Weights(new double[size]);
  }

  /** Number of particles. */
  public int size() {
    return log.length;
  }

  /** These weights times {@code exp(increments)}. */
  public Weights plus(double[] increments) {
    if (increments.length != log.length) {
      throw new IllegalArgumentException(
          increments.length + " increments for " + log.length + " particles");
    }
    double[] sum = new double[log.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = log[i] + increments[i];
    }
    return new Weights(sum);
  }

  /** The weights at the given indices. */
  public Weights select(int[] index) {
    double[] selected = new double[index.length];
    for (int i = 0; i < selected.length; i++) {
      selected[i] = log[index[i]];
    }
    return new Weights(selected);
  }

  /** Whether every weight is zero: the population has died out. */
  public boolean extinct() {
    return max() == Double.NEGATIVE_INFINITY;
  }

  /**
   * The weights scaled to sum to one.
   *
   * @throws IllegalStateException if the population has died out
   */
  public double[] normalised() {
    double max = maxAlive();
    double[] w = new double[log.length];
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      w[i] = Math.exp(log[i] - max);
      sum += w[i];
    }
    for (int i = 0; i < w.length; i++) {
      w[i] /= sum;
    }
    return w;
  }

  /**
   * Effective sample size (sum w)^2 / sum w^2, from 1 to N.
   *
   * @throws IllegalStateException if the population has died out
   */
  public double ess() {
    double max = maxAlive();
    double sum = 0;
    double squares = 0;
    for (double l : log) {
      double w = Math.exp(l - max);
      sum += w;
      squares += w * w;
    }
    return sum * sum / squares;
  }

  /** The log of the mean weight; minus infinity if the population has died out. */
  public double logMean() {
    double max = max();
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (double l : log) {
      sum += Math.exp(l - max);
    }
    return max + Math.log(sum / log.length);
  }

  private double max() {
    double max = Double.NEGATIVE_INFINITY;
    for (double l : log) {
      max = l > max ? l : max; // there is no NaN, which Math.max would take time to rule out
    }
    return max;
  }

  private double maxAlive() {
    double max = max();
    if (max == Double.NEGATIVE_INFINITY) {
      throw new IllegalStateException("all weights are zero");
    }
    return max;
  }
}
