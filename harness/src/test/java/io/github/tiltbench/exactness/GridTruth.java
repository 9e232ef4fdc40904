package io.github.tiltbench.exactness;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.ReverseProcess;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The law of a one-dimensional Gaussian-step chain by quadrature on a grid: the truth where no
 * closed form exists, such as for mixtures.
 *
 * <p>The density at each level is carried down by summing the normal densities of the steps; the
 * trapezoidal rule on smooth, fast-decaying functions converges faster than any power of the
 * spacing. A last step without noise is applied as the map it is.
 */
final class GridTruth {
  private static final int POINTS = 1601;
  private static final double REACH = 8;
  private static final double SPACING = 2 * REACH / (POINTS - 1);

  private final double[] grid = new double[POINTS];

  /** Density at the last level that a noisy step leads to, and where each point goes from there. */
  private double[] density;

  private double[] clean;

  GridTruth(Denoiser denoiser, ReverseProcess process) {
    Arrays.setAll(grid, i -> -REACH + i * SPACING);
    clean = grid;
    density = Arrays.stream(grid).map(x -> normal(x, 0, 1)).toArray();
    for (int level = process.steps(); level >= 1; level--) {
      int[] levels = new int[POINTS];
      Arrays.fill(levels, level);
      Condition[] none = new Condition[POINTS];
      Arrays.fill(none, Condition.NONE);
      Batch.Reals x = new Batch.Reals(grid, new int[] {1});
      GaussianStep law = (GaussianStep) process.law(x, level, denoiser.denoise(x, levels, none));
      double[] mean = law.mean().data();
      if (law.std() == 0 && level == 1) {
        clean = mean;
      } else {
        density = carry(density, mean, law.std());
      }
    }
  }

  private static double normal(double x, double mean, double std) {
    double z = (x - mean) / std;
    return Math.exp(-0.5 * z * z) / (std * Math.sqrt(2 * Math.PI));
  }

  private double[] carry(double[] from, double[] mean, double std) {
    double[] to = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      double mass = from[i] * SPACING;
      if (mass < 1e-18) {
        continue;
      }
      int low = Math.max(0, (int) ((mean[i] - 9 * std + REACH) / SPACING));
      int high = Math.min(POINTS - 1, (int) ((mean[i] + 9 * std + REACH) / SPACING) + 1);
      for (int j = low; j <= high; j++) {
        to[j] += mass * normal(grid[j], mean[i], std);
      }
    }
    return to;
  }

  /** E f(x_0) under the chain. */
  double expect(DoubleUnaryOperator f) {
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
      sum += density[i] * SPACING * f.applyAsDouble(clean[i]);
    }
    return sum;
  }

  /** E f(x_0) exp(r(x_0) / beta) / Z. */
  double tilted(DoubleUnaryOperator f, DoubleUnaryOperator reward, double beta) {
    return expect(x -> f.applyAsDouble(x) * Math.exp(reward.applyAsDouble(x) / beta))
        / evidence(reward, beta);
  }

  /** Z = E exp(r(x_0) / beta). */
  double evidence(DoubleUnaryOperator reward, double beta) {
    return expect(x -> Math.exp(reward.applyAsDouble(x) / beta));
  }
}
