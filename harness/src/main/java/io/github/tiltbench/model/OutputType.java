package io.github.tiltbench.model;

import java.util.Locale;

/**
 * What a diffusion network's output means, by diffusers' names.
 *
 * <p>With x_t = sqrt(a) x_0 + sqrt(1-a) noise, the clean estimate is linear in state and output:
 * {@code ofState(a) x_t + ofOutput(a) output}.
 */
enum OutputType {
  /** The noise: x_0 = (x_t - sqrt(1-a) output) / sqrt(a). */
  EPSILON {
    @Override
    double ofState(double alphaBar) {
      return 1 / Math.sqrt(alphaBar);
    }

    @Override
    double ofOutput(double alphaBar) {
      return -Math.sqrt((1 - alphaBar) / alphaBar);
    }
  },
  /** The clean state itself. */
  SAMPLE {
    @Override
    double ofState(double alphaBar) {
      return 0;
    }

    @Override
    double ofOutput(double alphaBar) {
      return 1;
    }
  },
  /** v = sqrt(a) noise - sqrt(1-a) x_0 (arXiv:2202.00512): x_0 = sqrt(a) x_t - sqrt(1-a) v. */
  V_PREDICTION {
    @Override
    double ofState(double alphaBar) {
      return Math.sqrt(alphaBar);
    }

    @Override
    double ofOutput(double alphaBar) {
      return -Math.sqrt(1 - alphaBar);
    }
  };

  /** The state's coefficient in the clean estimate. */
  abstract double ofState(double alphaBar);

  /** The output's coefficient in the clean estimate. */
  abstract double ofOutput(double alphaBar);

  /** The type with one of diffusers' names. */
  static OutputType of(String name) {
    for (OutputType type : values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "prediction_type must be epsilon, sample or v_prediction, is " + name);
  }
}
