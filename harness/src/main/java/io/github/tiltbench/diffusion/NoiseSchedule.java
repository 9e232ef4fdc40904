package io.github.tiltbench.diffusion;

/**
 * Squared signal scales: the cumulative product of 1 - beta.
 *
 * @param alphaBar one a training time-step, 1 > alphaBar[0] > alphaBar[1] > ... >= 0
 */
public record NoiseSchedule(double[] alphaBar) {

  /** Refuses a schedule that stands still, which no step can be computed on. */
  public NoiseSchedule {
    double before = 1;
    for (int t = 0; t < alphaBar.length; t++) {
      if (!(alphaBar[t] < before && alphaBar[t] >= 0)) {
        throw new IllegalArgumentException(
            "beta_schedule is too flat or too steep for single precision: alpha-bar goes from "
                + before
                + " to "
                + alphaBar[t]
                + " at time-step "
                + t);
      }
      before = alphaBar[t];
    }
  }

  /** The schedule of a configuration. */
  public static NoiseSchedule of(SchedulerConfig config) {
    float[] betas =
        config.trainedBetas().isPresent()
            ? floats(config)
            : config
                .betaSchedule()
                .betas(config.betaStart(), config.betaEnd(), config.numTrainTimesteps());
    return new NoiseSchedule(
        products(config.rescaleBetasZeroSnr() ? withoutSignalAtTheEnd(betas) : betas));
  }

  private static float[] floats(SchedulerConfig config) {
    float[] betas = new float[config.numTrainTimesteps()];
    for (int t = 0; t < betas.length; t++) {
      betas[t] = config.trainedBetas().orElseThrow().get(t).floatValue();
    }
    return betas;
  }

  /** Products accumulate in double and are rounded to float one by one, as in the reference. */
  private static double[] products(float[] betas) {
    double[] bars = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      bars[t] = (float) product;
    }
    return bars;
  }

  /**
   * Betas whose signal scale is shifted and stretched to 0 at the last time-step.
   *
   * <p>Source: Lin et al., arXiv 2305.08891, algorithm 1.
   */
  private static float[] withoutSignalAtTheEnd(float[] betas) {
    double[] bars = products(betas);
    int count = betas.length;
    float first = (float) Math.sqrt(bars[0]);
    float last = (float) Math.sqrt(bars[count - 1]);
    float stretch = first / (first - last);
    float[] rescaled = new float[count];
    float before = 1;
    for (int t = 0; t < count; t++) {
      float scale = ((float) Math.sqrt(bars[t]) - last) * stretch;
      float bar = scale * scale;
      rescaled[t] = 1 - bar / before;
      before = bar;
    }
    return rescaled;
  }
}
