package io.github.tiltbench.diffusion.flow;

/**
 * How a step of a flow is taken: factors of the predicted clean state and noise and a standard
 * deviation, {@code x' = clean * x0 + noise * epsilon + std * z}.
 */
public enum FlowSampler {
  /** The probability-flow ODE by Euler's rule; draws no noise. */
  EULER {
    @Override
    Step step(Interpolant.Point now, Interpolant.Point next, double g2) {
      return new Step(next.signal(), next.noise(), 0);
    }
  },
  /**
   * The probability-flow ODE by Heun's rule, of second order: Euler's steps along the mean of the
   * slopes at both ends, two predictions a step and one for the last.
   */
  HEUN {
    @Override
    Step step(Interpolant.Point now, Interpolant.Point next, double g2) {
      return EULER.step(now, next, g2);
    }
  },
  /** All noise is drawn anew: {@code stochastic_sampling} of diffusers. */
  STOCHASTIC {
    @Override
    Step step(Interpolant.Point now, Interpolant.Point next, double g2) {
      return new Step(next.signal(), 0, next.noise());
    }
  },
  /** The posterior of the forward process given the clean state: DDPM's step on a flow's levels. */
  ANCESTRAL {
    @Override
    Step step(Interpolant.Point now, Interpolant.Point next, double g2) {
      double variance = next.noise() * next.noise();
      double kept = now.signal() * variance / (next.signal() * now.noise());
      return keeping(next, variance - kept * kept);
    }
  },
  /**
   * As much noise as the diffusion adds, in a step that keeps the marginal of exact predictions.
   */
  MARGINAL {
    @Override
    Step step(Interpolant.Point now, Interpolant.Point next, double g2) {
      return keeping(next, Math.min(g2 * (now.t() - next.t()), next.noise() * next.noise()));
    }

    @Override
    boolean diffuses() {
      return true;
    }
  },
  /** The SDE of the diffusion by Euler and Maruyama's rule. */
  EM {
    @Override
    Step step(Interpolant.Point now, Interpolant.Point next, double g2) {
      double h = now.t() - next.t();
      return new Step(
          now.signal() - now.signalRate() * h,
          now.noise() - now.noiseRate() * h - g2 * h / (2 * now.noise()),
          Math.sqrt(g2 * h));
    }

    @Override
    boolean diffuses() {
      return true;
    }
  };

  /**
   * A step in the coordinates of its path.
   *
   * @param clean factor of the clean state
   * @param noise factor of the noise
   * @param std of fresh noise
   */
  record Step(double clean, double noise, double std) {
    /** To the predicted clean mean. */
    static final Step MEAN = new Step(1, 0, 0);
  }

  /**
   * The step from one point of a path to the next.
   *
   * @param g2 squared diffusion coefficient at the first; without meaning where {@link #diffuses}
   *     is false
   */
  abstract Step step(Interpolant.Point now, Interpolant.Point next, double g2);

  /** Whether it needs a diffusion coefficient. */
  boolean diffuses() {
    return false;
  }

  private static Step keeping(Interpolant.Point next, double variance) {
    double left = Math.max(0, next.noise() * next.noise() - variance);
    return new Step(next.signal(), Math.sqrt(left), Math.sqrt(variance));
  }
}
