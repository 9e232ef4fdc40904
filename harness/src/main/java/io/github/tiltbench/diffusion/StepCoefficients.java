package io.github.tiltbench.diffusion;

/**
 * One Gaussian step in numbers: mean {@code clipped * clip(clean) + unclipped * clean + state * x},
 * where clean is the predicted mean.
 *
 * <p>The numbers that depend on the level alone are computed in single precision in the order of
 * the reference. Differences such as 1 - a/below lose up to 1e-4 of themselves that way where a
 * step is short, which shows in the fourth digit of a mean: without that loss this would be another
 * chain than the one people run.
 *
 * @param clipped factor of the clipped clean mean
 * @param unclipped factor of the clean mean as predicted
 * @param state factor of the current state
 * @param std standard deviation
 */
public record StepCoefficients(double clipped, double unclipped, double state, double std) {
  private static final double ROUNDING = 1e-6;

  /**
   * A step of DDIM from alpha-bar {@code a} to {@code below}.
   *
   * <p>With sigma^2 = eta^2 (1-below)/(1-a) (1 - a/below) the mean is sqrt(below) clip(clean) +
   * sqrt(1 - below - sigma^2) noise, where the noise (x - sqrt(a) clean)/sqrt(1-a) belongs to the
   * clean mean before clipping, or after if {@code useClipped}.
   *
   * @throws IllegalArgumentException if eta asks for more noise than the next level holds
   */
  static StepCoefficients ddim(float a, float below, double eta, boolean useClipped) {
    float variance = (1 - below) / (1 - a) * (1 - a / below);
    float std = (float) eta * root(variance);
    float left = 1 - below - std * std;
    if (left < -ROUNDING) {
      throw new IllegalArgumentException(
          "eta of " + eta + " asks for more noise than a level holds; 1 is always possible");
    }
    double direction = root(Math.max(0, left)) / Math.sqrt(1 - a);
    double ofNoise = -direction * Math.sqrt(a);
    return useClipped
        ? new StepCoefficients(Math.sqrt(below) + ofNoise, 0, direction, std)
        : new StepCoefficients(Math.sqrt(below), ofNoise, direction, std);
  }

  /**
   * A step of the probability-flow ODE by Euler's rule from alpha-bar {@code a} to {@code below},
   * in double precision: no reference takes it, since chains skip no level of their own.
   *
   * @param useClipped whether the direction uses the noise that belongs to the clipped mean
   */
  static StepCoefficients euler(double a, double below, boolean useClipped) {
    double direction = Math.sqrt((1 - below) / (1 - a));
    double ofNoise = -direction * Math.sqrt(a);
    return useClipped
        ? new StepCoefficients(Math.sqrt(below) + ofNoise, 0, direction, 0)
        : new StepCoefficients(Math.sqrt(below), ofNoise, direction, 0);
  }

  /**
   * An ancestral step of DDPM: the mean of q(x_below | x_a, clip(clean)).
   *
   * @param noisy false for a step that draws no noise
   */
  static StepCoefficients ddpm(float a, float below, VarianceType type, boolean noisy) {
    float alpha = a / below;
    float beta = 1 - alpha;
    float variance = type == VarianceType.FIXED_LARGE ? beta : (1 - below) / (1 - a) * beta;
    float clipped = root(below) * beta / (1 - a);
    float state = root(alpha) * (1 - below) / (1 - a);
    return new StepCoefficients(clipped, 0, state, noisy ? root(variance) : 0);
  }

  private static float root(float value) {
    return (float) Math.sqrt(value);
  }

  /** Writes the means of the next state from one coordinate to another. */
  void means(double[] x, double[] clean, double clip, int from, int to, double[] mean) {
    for (int i = from; i < to; i++) {
      double c = clean[i];
      mean[i] = clipped * clip(c, clip) + unclipped * c + state * x[i];
    }
  }

  static double clip(double value, double range) {
    return Math.max(-range, Math.min(range, value));
  }
}
