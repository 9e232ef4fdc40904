package io.github.tiltbench.diffusion;

import java.util.function.IntToDoubleFunction;

/**
 * What a network's output means, what it is given for it and what time it is told: the one place
 * where predictions convert.
 *
 * <p>States are x_t = sqrt(a) x_0 + sqrt(1-a) noise. Each meaning is an affine road to the clean
 * mean, {@code clean = stateFactor * x + outputFactor * output(inputFactor * x)}, with factors that
 * depend on the level alone; so the derivative of the clean mean is {@code stateFactor +
 * outputFactor * inputFactor * d output}, and classifier-free guidance, affine in the output too,
 * may be applied before or after.
 *
 * <p>Source: Ho et al. 2020 (noise); Salimans and Ho 2022 (velocity); Lipman et al. 2023 (flow).
 */
public enum PredictionType {
  /** The output is the noise. */
  EPSILON {
    @Override
    public double stateFactor(double alphaBar) {
      return 1 / Math.sqrt(alphaBar);
    }

    @Override
    public double outputFactor(double alphaBar) {
      return -Math.sqrt((1 - alphaBar) / alphaBar);
    }
  },
  /** The output is the clean state. */
  SAMPLE {
    @Override
    public double stateFactor(double alphaBar) {
      return 0;
    }

    @Override
    public double outputFactor(double alphaBar) {
      return 1;
    }
  },
  /** The output is sqrt(a) noise - sqrt(1-a) clean. */
  V_PREDICTION {
    @Override
    public double stateFactor(double alphaBar) {
      return Math.sqrt(alphaBar);
    }

    @Override
    public double outputFactor(double alphaBar) {
      return -Math.sqrt(1 - alphaBar);
    }
  },
  /**
   * The output is the velocity {@code noise - clean} of the linear path (1-t) clean + t noise, on
   * which t = 0 is data and t = 1 noise. The network is given the point of that path with the
   * signal-to-noise ratio of the level, and the time there.
   */
  FLOW {
    @Override
    public double inputFactor(double alphaBar) {
      return 1 / (Math.sqrt(alphaBar) + Math.sqrt(1 - alphaBar));
    }

    @Override
    public double stateFactor(double alphaBar) {
      return inputFactor(alphaBar);
    }

    @Override
    public double outputFactor(double alphaBar) {
      return -linearTime(alphaBar);
    }

    @Override
    public double time(double alphaBar, int timestep, int train) {
      return train * linearTime(alphaBar);
    }
  },
  /**
   * The same with time the other way: the output is the velocity {@code clean - noise} of the path
   * on which t = 1 is data and t = 0 noise, and that is the time that the network is told.
   */
  FLOW_TO_DATA {
    @Override
    public double inputFactor(double alphaBar) {
      return FLOW.inputFactor(alphaBar);
    }

    @Override
    public double stateFactor(double alphaBar) {
      return FLOW.stateFactor(alphaBar);
    }

    @Override
    public double outputFactor(double alphaBar) {
      return linearTime(alphaBar);
    }

    @Override
    public double time(double alphaBar, int timestep, int train) {
      return train * (1 - linearTime(alphaBar));
    }
  };

  /** The share of noise at the point of the linear path with a level's signal-to-noise ratio. */
  private static double linearTime(double alphaBar) {
    return Math.sqrt(1 - alphaBar) * FLOW.inputFactor(alphaBar);
  }

  /** What the state is multiplied by before the network sees it. */
  public double inputFactor(double alphaBar) {
    return 1;
  }

  /** How much of the state is in the clean mean at a squared signal scale. */
  public abstract double stateFactor(double alphaBar);

  /** How much of the output is in the clean mean; never 0 below alphaBar 1. */
  public abstract double outputFactor(double alphaBar);

  /**
   * The time that the network is told at a level.
   *
   * @param timestep training time-step of the level
   * @param train number of training time-steps
   */
  public double time(double alphaBar, int timestep, int train) {
    return timestep;
  }

  /**
   * Writes the clean mean of some coordinates of a state, not clipped.
   *
   * @param alphaBar squared signal scale of the state
   * @param x states
   * @param from the first coordinate
   * @param to the one after the last
   * @param output of the network at a coordinate
   * @param clean where to write them, laid out as {@code x}
   */
  public void clean(
      double alphaBar, double[] x, int from, int to, IntToDoubleFunction output, double[] clean) {
    double ofState = stateFactor(alphaBar);
    double ofOutput = outputFactor(alphaBar);
    for (int i = from; i < to; i++) {
      clean[i] = ofState * x[i] + ofOutput * output.applyAsDouble(i);
    }
  }
}
