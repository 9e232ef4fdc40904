package io.github.tiltbench.diffusion;

/**
 * How much noise a stochastic sampler of a flow adds: the coefficient g of {@code dx = (u - g^2/2
 * score) dt + g dw}, a function of the noise level t of the linear path.
 *
 * @param family the shape of g
 * @param scale its factor c
 */
public record FlowDiffusion(Family family, double scale) {
  /** Shapes of g; the names are those of the authors' code. */
  public enum Family {
    /** g = c. */
    CONSTANT {
      @Override
      double squared(double t, double c) {
        return c * c;
      }
    },
    /** g = c t. */
    LINEAR {
      @Override
      double squared(double t, double c) {
        return c * c * t * t;
      }
    },
    /** g = c t^2; with c = 3 the choice of Kim et al. 2025, arXiv 2503.19385. */
    SQUARE {
      @Override
      double squared(double t, double c) {
        return c * c * t * t * t * t;
      }
    },
    /** g = c sin(pi t / 2). */
    SINE {
      @Override
      double squared(double t, double c) {
        double g = c * Math.sin(Math.PI * t / 2);
        return g * g;
      }
    },
    /** g = c max(0, 2 (t - 1/2)). */
    CLIPPING {
      @Override
      double squared(double t, double c) {
        double g = c * Math.max(0, 2 * (t - 0.5));
        return g * g;
      }
    },
    /** g = c exp(-((t - 1) / 0.1)^2). */
    EXPONENTIAL {
      @Override
      double squared(double t, double c) {
        double off = (t - 1) / 0.1;
        double g = c * Math.exp(-off * off);
        return g * g;
      }
    },
    /** g = c tan(pi/2 min(t, 0.95)). */
    TANGENT {
      @Override
      double squared(double t, double c) {
        double g = c * Math.tan(Math.PI / 2 * Math.min(t, 0.95));
        return g * g;
      }
    },
    /** g^2 = 2 c; this and the following are those of Ma et al. 2024, arXiv 2401.08740. */
    SIT_CONSTANT {
      @Override
      double squared(double t, double c) {
        return 2 * c;
      }
    },
    /** g^2 = 2 c t / (1 - t): with c = 1 the noising process needs no score; infinite at t = 1. */
    SIT_SBDM {
      @Override
      double squared(double t, double c) {
        return 2 * c * t / (1 - t);
      }
    },
    /** g^2 = 2 c t: what is proportional to the noise level, the default there. */
    SIT_SIGMA {
      @Override
      double squared(double t, double c) {
        return 2 * c * t;
      }
    },
    /** g^2 = (1 - c cos(pi t))^2 / 2. */
    SIT_DECREASING {
      @Override
      double squared(double t, double c) {
        double root = 1 - c * Math.cos(Math.PI * t);
        return root * root / 2;
      }
    },
    /** g^2 = 2 c sin(pi t)^2. */
    SIT_INCREASING_DECREASING {
      @Override
      double squared(double t, double c) {
        double sine = Math.sin(Math.PI * t);
        return 2 * c * sine * sine;
      }
    };

    abstract double squared(double t, double c);
  }

  /** Refuses a scale that is no positive number. */
  public FlowDiffusion {
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale must be positive and finite but is " + scale);
    }
  }

  /**
   * g^2 at a noise level.
   *
   * @throws IllegalArgumentException if it is infinite there
   */
  double squared(double t) {
    double squared = family.squared(t, scale);
    if (!(squared < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "diffusion must be finite but its family is infinite at noise level " + t);
    }
    return squared;
  }
}
