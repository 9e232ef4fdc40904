package io.github.tiltbench.model.training;

/**
 * The squared cosine of diffusers' {@code squaredcos_cap_v2}, betas at most 0.999, without the
 * rounding to single precision that inference copies: training has no chain to reproduce. The
 * velocity is {@code v = sqrt(abar) noise - sqrt(1-abar) image} (Salimans and Ho 2022,
 * arXiv:2202.00512).
 *
 * @param alphaBars of the training time-steps
 */
record CosinePath(double[] alphaBars) implements TrainingPath {
  /** With so many training time-steps. */
  static CosinePath of(int steps) {
    double[] bars = new double[steps];
    double product = 1;
    for (int i = 0; i < steps; i++) {
      double ratio = squaredCosine((i + 1.0) / steps) / squaredCosine((double) i / steps);
      double beta = 1 - ratio;
      product *= 1 - Math.min(beta, 0.999);
      bars[i] = product;
    }
    return new CosinePath(bars);
  }

  private static double squaredCosine(double t) {
    double cosine = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  @Override
  public Point at(double share) {
    int time = (int) (share * alphaBars.length);
    float signal = (float) Math.sqrt(alphaBars[time]);
    float sigma = (float) Math.sqrt(1 - alphaBars[time]);
    return new Point(time, signal, sigma, signal, -sigma);
  }
}
