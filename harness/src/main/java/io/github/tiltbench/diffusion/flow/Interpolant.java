package io.github.tiltbench.diffusion.flow;

/**
 * A path {@code x_t = signal(t) clean + noise(t) epsilon} from data at t = 0 to noise at t = 1.
 *
 * <p>Paths meet where their ratios of signal to noise agree, up to a factor of the state: a model
 * trained on one can be run on another. What changes is which levels a grid visits and how much
 * noise a diffusion coefficient adds there.
 *
 * <p>Source: Lipman et al., arXiv 2412.06264; Kim et al., arXiv 2503.19385.
 */
public enum Interpolant {
  /** (1 - t) clean + t noise: rectified flow. */
  LINEAR {
    @Override
    Point at(double t) {
      return new Point(t, 1 - t, t, -1, 1);
    }
  },
  /**
   * Variance-preserving with a rate of noise that grows from 0.1 to 20; at t = 1 it keeps 0.7 % of
   * the signal, and a chain that starts from pure noise starts beside it.
   */
  VP {
    @Override
    Point at(double t) {
      double exponent = BETA_MIN * t + (BETA_MAX - BETA_MIN) * t * t / 2;
      double signal = Math.exp(-exponent / 2);
      double noise = Math.sqrt(-Math.expm1(-exponent));
      double beta = BETA_MIN + (BETA_MAX - BETA_MIN) * t;
      return new Point(t, signal, noise, -beta * signal / 2, beta * signal * signal / (2 * noise));
    }
  },
  /** cos(pi t / 2) clean + sin(pi t / 2) noise. */
  TRIGONOMETRIC {
    @Override
    Point at(double t) {
      double angle = Math.PI / 2 * t;
      double signal = t == 1 ? 0 : Math.cos(angle);
      double noise = Math.sin(angle);
      return new Point(t, signal, noise, -Math.PI / 2 * noise, Math.PI / 2 * signal);
    }
  },
  /** sqrt(1 - t^2) clean + t noise: variance-preserving with noise that grows evenly. */
  LINEAR_VP {
    @Override
    Point at(double t) {
      double signal = Math.sqrt((1 - t) * (1 + t));
      return new Point(t, signal, t, -t / signal, 1);
    }
  };

  private static final double BETA_MIN = 0.1;
  private static final double BETA_MAX = 20;

  /** Where the path is at a time. */
  abstract Point at(double t);

  /**
   * A point of a path.
   *
   * @param t its time
   * @param signal scale of the clean state
   * @param noise scale of the noise
   * @param signalRate derivative of {@code signal} in t; infinite where a path leaves the noise all
   *     at once
   * @param noiseRate derivative of {@code noise} in t; infinite where a path leaves the data
   */
  record Point(double t, double signal, double noise, double signalRate, double noiseRate) {
    /** What a state is divided by so that signal and noise have squares that sum to 1. */
    double scale() {
      return Math.sqrt(signal * signal + noise * noise);
    }

    /** Squared signal scale of the divided state. */
    double alphaBar() {
      return signal * signal / (signal * signal + noise * noise);
    }

    /** The time at which the linear path has the same ratio of signal to noise. */
    double linearTime() {
      return noise / (signal + noise);
    }
  }
}
