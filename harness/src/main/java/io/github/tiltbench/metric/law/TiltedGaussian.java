package io.github.tiltbench.metric.law;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepPredictor;
import io.github.tiltbench.model.GaussianMixtureLaw;
import io.github.tiltbench.model.GaussianModel;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * The law of a Gaussian model's discretised chain under a linear or quadratic reward.
 *
 * <p>On Gaussian data every step is affine, coordinate by coordinate: {@code x' = a x + b + s z},
 * so the chain ends in a Gaussian whose mean and variance follow step by step. The reward {@code
 * c.x} moves the mean by {@code v c / beta}; {@code -q/2 |x - m|^2} adds the precision {@code q /
 * beta} about m.
 *
 * @param mean of each coordinate
 * @param variance of each coordinate; coordinates are independent
 */
record TiltedGaussian(double[] mean, double[] variance) {
  private static final double[] PROBES = {0, 1, 10};
  private static final double ROUNDING = 1e-9;

  /** The law, or empty where it is no Gaussian: another reward, or a chain that clips. */
  static Optional<TiltedGaussian> of(ModelSpec model, VerifierSpec verifier, double beta) {
    if (!(model instanceof GaussianModel gaussian)
        || gaussian.law().weights().length > 1
        || !(verifier instanceof Linear || verifier instanceof Quadratic)) {
      return Optional.empty();
    }
    return chain(gaussian)
        .map(
            c ->
                verifier instanceof Linear l
                    ? c.tilt(l, beta)
                    : c.tilt((Quadratic) verifier, beta));
  }

  /** The law without a reward; empty if some step is not affine. */
  private static Optional<TiltedGaussian> chain(GaussianModel model) {
    int d = model.law().means()[0].length;
    ReverseProcess process = model.reverse();
    double[] mean = new double[d];
    double[] variance = new double[d];
    Arrays.fill(variance, 1);
    try (Denoiser denoiser = model.open()) {
      for (int level = process.steps(); level >= 1; level--) {
        GaussianStep step = probe(process, denoiser, level, d);
        for (int k = 0; k < d; k++) {
          double shift = step.mean().data()[k];
          double slope = step.mean().data()[d + k] - shift;
          double far = step.mean().data()[2 * d + k];
          if (Math.abs(shift + PROBES[2] * slope - far) > ROUNDING * (1 + Math.abs(far))) {
            return Optional.empty();
          }
          mean[k] = slope * mean[k] + shift;
          variance[k] = slope * slope * variance[k] + step.std() * step.std();
        }
      }
    }
    return Optional.of(new TiltedGaussian(mean, variance));
  }

  private static GaussianStep probe(
      ReverseProcess process, Denoiser denoiser, int level, int width) {
    double[] x = new double[PROBES.length * width];
    Arrays.setAll(x, i -> PROBES[i / width]);
    Batch.Reals rows = new Batch.Reals(x, new int[] {width});
    int[] levels = {level, level, level};
    Condition[] none = {Condition.NONE, Condition.NONE, Condition.NONE};
    int[] below = {level - 1, level - 1, level - 1};
    StepPredictor predictor = new StepPredictor(denoiser, process);
    return (GaussianStep) process.law(rows, level, predictor.predict(rows, levels, below, none));
  }

  private TiltedGaussian tilt(Linear reward, double beta) {
    double[] moved = mean.clone();
    Arrays.setAll(moved, k -> mean[k] + variance[k] * reward.coefficients()[k] / beta);
    return new TiltedGaussian(moved, variance);
  }

  private TiltedGaussian tilt(Quadratic reward, double beta) {
    double pull = reward.precision() / beta;
    double[] moved = mean.clone();
    double[] narrowed = variance.clone();
    for (int k = 0; k < mean.length; k++) {
      double share = variance[k] * pull; // 0 where the chain ends at a point
      narrowed[k] = variance[k] / (1 + share);
      moved[k] = (mean[k] + share * reward.center()[k]) / (1 + share);
    }
    return new TiltedGaussian(moved, narrowed);
  }

  /** The law with a sample of its own. */
  Law law(Seed seed, int count, GaussianMixtureLaw data) {
    int d = mean.length;
    double[][] points = new double[count][d];
    double[][] covariance = new double[d][d];
    for (int k = 0; k < d; k++) {
      covariance[k][k] = variance[k];
    }
    for (int i = 0; i < count; i++) {
      seed.noise(Purpose.PRIOR, 0).normals(i, points[i], 0, d);
      for (int k = 0; k < d; k++) {
        points[i][k] = mean[k] + Math.sqrt(variance[k]) * points[i][k];
      }
    }
    double[] weights = new double[count];
    Arrays.fill(weights, 1.0 / count);
    return new Law(
        "the discretised chain in closed form",
        mean,
        covariance,
        points,
        weights,
        true,
        data,
        RandomProjections.of(points, weights));
  }
}
