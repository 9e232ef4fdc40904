package io.github.tiltbench.model.training;

/** Cumulative signal levels of {@code squaredcos_cap_v2}, as diffusers computes them. */
final class NoiseSchedule {
  private static final double MAX_BETA = 0.999;

  private NoiseSchedule() {}

  /** alphas_cumprod of a scheduler section; refuses what this trainer does not train. */
  static double[] of(Card scheduler) {
    if (!scheduler.text("beta_schedule").equals("squaredcos_cap_v2")) {
      throw scheduler.wrong("beta_schedule", "squaredcos_cap_v2");
    }
    if (!scheduler.text("prediction_type").equals("v_prediction")) {
      throw scheduler.wrong("prediction_type", "v_prediction");
    }
    return alphaBars(scheduler.integer("num_train_timesteps"));
  }

  /** alphas_cumprod for each training step. */
  static double[] alphaBars(int steps) {
    double[] bars = new double[steps];
    double product = 1;
    for (int i = 0; i < steps; i++) {
      double beta = 1 - bar((i + 1.0) / steps) / bar((double) i / steps);
      product *= 1 - Math.min(beta, MAX_BETA);
      bars[i] = product;
    }
    return bars;
  }

  private static double bar(double t) {
    double cosine = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }
}
