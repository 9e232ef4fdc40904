package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;

/**
 * Normal law with a mean a row and the same standard deviation in all coordinates of a row.
 *
 * @param mean one row a particle
 * @param stds standard deviations, one for all rows or one a row; 0 is a point mass at the mean
 */
public record GaussianStep(Batch.Reals mean, double[] stds) implements StepLaw {
  private static final double LOG_SQRT_TWO_PI = 0.9189385332046727;

  /** Refuses a negative or undefined deviation, and as many as are neither one nor one a row. */
  public GaussianStep {
    if (stds.length != 1 && stds.length != mean.size()) {
      throw new IllegalArgumentException(
          stds.length + " standard deviations for " + mean.size() + " rows");
    }
    for (double std : stds) {
      if (!(std >= 0 && std < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("std must be finite and at least 0 but is " + std);
      }
    }
  }

  /** With one standard deviation for all rows. */
  public GaussianStep(Batch.Reals mean, double std) {
    this(mean, new double[] {std});
  }

  /**
   * The standard deviation of all rows.
   *
   * @throws IllegalStateException if rows differ
   */
  public double std() {
    for (double std : stds) {
      if (std != stds[0]) {
        throw new IllegalStateException("rows have standard deviations of their own");
      }
    }
    return stds[0];
  }

  /** The standard deviation of a row. */
  public double std(int row) {
    return stds[stds.length == 1 ? 0 : row];
  }

  /** The standard normal law of states of a shape. */
  static GaussianStep standard(int count, int[] item) {
    return new GaussianStep(new Batch.Reals(new double[count * Batch.volume(item)], item), 1);
  }

  @Override
  public int size() {
    return mean.size();
  }

  @Override
  public Batch.Reals sample(Noise noise) {
    if (deterministic()) {
      return mean;
    }
    double[] next = Arena.doubles(mean.data().length);
    noise.normals(size(), next);
    int width = mean.width();
    for (int row = 0; row < size(); row++) {
      double std = std(row);
      for (int i = row * width; i < (row + 1) * width; i++) {
        next[i] = mean.data()[i] + std * next[i];
      }
    }
    return new Batch.Reals(next, mean.item());
  }

  @Override
  public double[] logDensity(Batch next) {
    requireDensity();
    double[] x = ((Batch.Reals) next).data();
    int width = mean.width();
    double[] log = new double[size()];
    for (int row = 0; row < log.length; row++) {
      double std = std(row);
      double squares = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        double z = (x[i] - mean.data()[i]) / std;
        squares += z * z;
      }
      log[row] = -0.5 * squares - width * (LOG_SQRT_TWO_PI + Math.log(std));
    }
    return log;
  }

  @Override
  public GaussianStep tilt(Batch.Reals gradient) {
    requireDensity();
    double[] shifted = Arena.doubles(mean.data().length);
    int width = mean.width();
    for (int row = 0; row < size(); row++) {
      double std = std(row);
      for (int i = row * width; i < (row + 1) * width; i++) {
        shifted[i] = mean.data()[i] + std * std * gradient.data()[i];
      }
    }
    return new GaussianStep(new Batch.Reals(shifted, mean.item()), stds);
  }

  /**
   * The gradient whose tilt moves this law's mean to that of another law.
   *
   * @throws IllegalStateException for a point mass
   */
  public Batch.Reals gradientTo(GaussianStep other) {
    requireDensity();
    Batch.Reals gradient = other.mean.plus(mean.times(-1));
    int width = mean.width();
    for (int i = 0; i < gradient.data().length; i++) {
      double std = std(i / width);
      gradient.data()[i] *= 1 / (std * std);
    }
    return gradient;
  }

  /** With next = mean + std^2 g + std z this is -std <g, z> - std^2 |g|^2 / 2. */
  @Override
  public double[] logRatio(Batch.Reals gradient, Batch next) {
    requireDensity();
    double[] g = gradient.data();
    double[] x = ((Batch.Reals) next).data();
    int width = mean.width();
    double[] ratio = new double[size()];
    for (int row = 0; row < ratio.length; row++) {
      double std = std(row);
      double sum = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        sum += g[i] * (0.5 * std * std * g[i] - (x[i] - mean.data()[i]));
      }
      ratio[row] = sum;
    }
    return ratio;
  }

  /**
   * One draw a row of this law reweighted by a potential: coordinate by coordinate the normal of
   * mean (m + v q) / (1 + v Q) and variance v / (1 + v Q), where v is the variance here. With the
   * potential 1 it is the draw of {@link #sample(Noise)}.
   *
   * @throws IllegalArgumentException if 1 + v Q is not positive: there is no such law
   */
  public Batch.Reals sample(QuadraticPotential potential, Noise noise) {
    double[] own = sample(noise).data();
    double[] next = Arena.doubles(own.length);
    int width = mean.width();
    for (int i = 0; i < next.length; i++) {
      double std = std(i / width);
      double shrink = 1 / potential.widening(i % width, std);
      double shift = std * std * potential.linear()[i % width];
      double centre = shrink * (mean.data()[i] + shift);
      next[i] = centre + Math.sqrt(shrink) * (own[i] - mean.data()[i]);
    }
    return new Batch.Reals(next, mean.item());
  }

  /**
   * The log of the mean of a potential under this law, a row; its value at the mean for a point
   * mass.
   *
   * @throws IllegalArgumentException if the mean is infinite
   */
  public double[] logMean(QuadraticPotential potential) {
    int width = mean.width();
    double[] log = new double[size()];
    for (int i = 0; i < width; i++) {
      double q = potential.linear()[i];
      double precision = potential.precision()[i];
      double std = Double.NaN;
      double d = Double.NaN;
      double logD = Double.NaN;
      for (int row = 0; row < log.length; row++) {
        if (std(row) != std) {
          std = std(row);
          d = potential.widening(i, std);
          logD = Math.log(d);
        }
        double m = mean.data()[row * width + i];
        double exponent = q * m + 0.5 * (std * std) * q * q - 0.5 * precision * m * m;
        log[row] += exponent / d - 0.5 * logD;
      }
    }
    return log;
  }

  @Override
  public GaussianStep select(int[] index) {
    double[] selected =
        stds.length == 1 ? stds : Arrays.stream(index).mapToDouble(row -> stds[row]).toArray();
    return new GaussianStep(mean.select(index), selected);
  }

  @Override
  public boolean deterministic() {
    return Arrays.stream(stds).allMatch(std -> std == 0);
  }

  private void requireDensity() {
    if (Arrays.stream(stds).anyMatch(std -> std == 0)) {
      throw new IllegalStateException("a deterministic step has no density");
    }
  }
}
