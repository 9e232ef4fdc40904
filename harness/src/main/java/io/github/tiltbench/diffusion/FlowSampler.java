package io.github.tiltbench.diffusion;

/**
 * How a step of a flow is taken: factors of the predicted clean state and noise and a standard
 * deviation, {@code x' = clean * x0 + noise * epsilon + std * z}.
 */
public enum FlowSampler {
  /** The probability-flow ODE by Euler's rule; draws no noise. */
  EULER {
    @Override
    Step step(double t, double next, double g2) {
      return new Step(1 - next, next, 0);
    }
  },
  /** All noise is drawn anew: {@code stochastic_sampling} of diffusers. */
  STOCHASTIC {
    @Override
    Step step(double t, double next, double g2) {
      return new Step(1 - next, 0, next);
    }
  },
  /** The posterior of the forward process given the clean state: DDPM's step on a flow's levels. */
  ANCESTRAL {
    @Override
    Step step(double t, double next, double g2) {
      double kept = next == 0 ? 0 : (1 - t) * next * next / ((1 - next) * t);
      return keeping(next, next * next - kept * kept);
    }
  },
  /**
   * As much noise as the diffusion adds, in a step that keeps the marginal of exact predictions.
   */
  MARGINAL {
    @Override
    Step step(double t, double next, double g2) {
      return keeping(next, Math.min(g2 * (t - next), next * next));
    }

    @Override
    boolean diffuses() {
      return true;
    }
  },
  /** The SDE of the diffusion by Euler and Maruyama's rule. */
  EM {
    @Override
    Step step(double t, double next, double g2) {
      double h = t - next;
      return new Step(1 - next, next - g2 * h / (2 * t), Math.sqrt(g2 * h));
    }

    @Override
    boolean diffuses() {
      return true;
    }
  };

  /**
   * A step in the coordinates of the linear path.
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
   * The step from one noise level to the next.
   *
   * @param g2 squared diffusion coefficient at t; without meaning where {@link #diffuses} is false
   */
  abstract Step step(double t, double next, double g2);

  /** Whether it needs a diffusion coefficient. */
  boolean diffuses() {
    return false;
  }

  private static Step keeping(double next, double variance) {
    return new Step(1 - next, Math.sqrt(next * next - variance), Math.sqrt(variance));
  }
}
