package io.github.tiltbench.diffusion;

/**
 * What a network's output means, given x_t = sqrt(a) x_0 + sqrt(1-a) noise.
 *
 * <p>Each is an affine road to the clean mean, {@code clean = stateFactor * x + outputFactor *
 * output}, with factors that depend on the level alone; so the derivative of the clean mean is
 * {@code stateFactor + outputFactor * d output}.
 *
 * <p>Source: Ho et al. 2020 (noise); Salimans and Ho 2022 (velocity).
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
  };

  /** How much of the state is in the clean mean at a squared signal scale. */
  public abstract double stateFactor(double alphaBar);

  /** How much of the output is in the clean mean; never 0 below alphaBar 1. */
  public abstract double outputFactor(double alphaBar);

  /**
   * The clean means of a batch, not clipped.
   *
   * @param x states
   * @param output of the network, the same layout
   * @param alphaBar squared signal scale of each row
   */
  public Batch.Reals clean(Batch.Reals x, float[] output, double[] alphaBar) {
    int width = x.width();
    double[] clean = new double[output.length];
    for (int row = 0; row < x.size(); row++) {
      double state = stateFactor(alphaBar[row]);
      double factor = outputFactor(alphaBar[row]);
      for (int i = row * width; i < (row + 1) * width; i++) {
        clean[i] = state * x.data()[i] + factor * output[i];
      }
    }
    return new Batch.Reals(clean, x.item());
  }

  /** What a network would have to put out for a clean mean; undoes {@link #clean}. */
  public double output(double x, double clean, double alphaBar) {
    return (clean - stateFactor(alphaBar) * x) / outputFactor(alphaBar);
  }
}
