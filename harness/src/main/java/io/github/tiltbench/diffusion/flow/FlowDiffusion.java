package io.github.tiltbench.diffusion.flow;

/**
 * How much noise a stochastic sampler of a flow adds: the coefficient g of {@code dx = (u - g^2/2
 * score) dt + g dw}, a function of the time t of the path that is generated on.
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
      double squared(Interpolant.Point p, double c) {
        return c * c;
      }
    },
    /** g = c t. */
    LINEAR {
      @Override
      double squared(Interpolant.Point p, double c) {
        return c * c * p.t() * p.t();
      }
    },
    /** g = c noise(t). */
    SIGMA {
      @Override
      double squared(Interpolant.Point p, double c) {
        return c * c * p.noise() * p.noise();
      }
    },
    /** g = c t^2; with c = 3 the choice of Kim et al. 2025, arXiv 2503.19385. */
    SQUARE {
      @Override
      double squared(Interpolant.Point p, double c) {
        return c * c * p.t() * p.t() * p.t() * p.t();
      }
    },
    /** g = c sin(pi t / 2). */
    SINE {
      @Override
      double squared(Interpolant.Point p, double c) {
        double g = c * Math.sin(Math.PI * p.t() / 2);
        return g * g;
      }
    },
    /** g = c max(0, 2 (t - 1/2)). */
    CLIPPING {
      @Override
      double squared(Interpolant.Point p, double c) {
        double g = c * Math.max(0, 2 * (p.t() - 0.5));
        return g * g;
      }
    },
    /** g = c exp(-((t - 1) / 0.1)^2). */
    EXPONENTIAL {
      @Override
      double squared(Interpolant.Point p, double c) {
        double off = (p.t() - 1) / 0.1;
        double g = c * Math.exp(-off * off);
        return g * g;
      }
    },
    /** g = c tan(pi/2 min(t, 0.95)). */
    TANGENT {
      @Override
      double squared(Interpolant.Point p, double c) {
        double g = c * Math.tan(Math.PI / 2 * Math.min(p.t(), 0.95));
        return g * g;
      }
    },
    /** g^2 = 2 c; this and the following are those of Ma et al. 2024, arXiv 2401.08740. */
    SIT_CONSTANT {
      @Override
      double squared(Interpolant.Point p, double c) {
        return 2 * c;
      }
    },
    /**
     * g^2 = 2 c (noise noise' - noise^2 signal' / signal), on the linear path 2 c t / (1 - t): with
     * c = 1 the noising process needs no score; infinite where there is no signal.
     */
    SIT_SBDM {
      @Override
      double squared(Interpolant.Point p, double c) {
        double rate = p.noiseRate() - p.noise() * p.signalRate() / p.signal();
        return 2 * c * p.noise() * rate;
      }
    },
    /** g^2 = 2 c noise(t), the default there. */
    SIT_SIGMA {
      @Override
      double squared(Interpolant.Point p, double c) {
        return 2 * c * p.noise();
      }
    },
    /** g^2 = 2 c t. */
    SIT_LINEAR {
      @Override
      double squared(Interpolant.Point p, double c) {
        return 2 * c * p.t();
      }
    },
    /** g^2 = (1 - c cos(pi t))^2 / 2. */
    SIT_DECREASING {
      @Override
      double squared(Interpolant.Point p, double c) {
        double root = 1 - c * Math.cos(Math.PI * p.t());
        return root * root / 2;
      }
    },
    /** g^2 = 2 c sin(pi t)^2. */
    SIT_INCREASING_DECREASING {
      @Override
      double squared(Interpolant.Point p, double c) {
        double sine = Math.sin(Math.PI * p.t());
        return 2 * c * sine * sine;
      }
    };

    abstract double squared(Interpolant.Point p, double c);
  }

  /** Refuses a scale that is no positive number. */
  public FlowDiffusion {
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale must be positive and finite but is " + scale);
    }
  }

  /**
   * g^2 at a point of a path.
   *
   * @throws IllegalArgumentException if it is infinite there
   */
  double squared(Interpolant.Point p) {
    double squared = family.squared(p, scale);
    if (!(squared < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "diffusion must be finite but its family is infinite at time " + p.t());
    }
    return squared;
  }
}
