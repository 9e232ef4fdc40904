package io.github.tiltbench.model.training;

/**
 * Adam with gradient-norm clipping and an average of the weights, on flat arrays.
 *
 * <p>Kingma and Ba 2015, arXiv:1412.6980; the average's decay starts low, min(decay, (1+n)/(10+n)),
 * so that it forgets the start.
 */
final class Adam {
  private static final float EPSILON = 1e-8f;

  /** How the weights move. */
  record Settings(
      double rate, int warmup, double beta1, double beta2, double clip, double ema, double decay) {
    /** The learning rate of a step: linear warm-up, then a cosine down to two per cent. */
    double rate(int step, int steps) {
      double warm = Math.min(1, (step + 1.0) / warmup);
      double cosine = 0.5 * (1 + Math.cos(Math.PI * step / steps));
      return rate * warm * (0.02 + 0.98 * cosine);
    }
  }

  final float[] weights;
  final float[] average;
  final float[] first;
  final float[] second;
  private final Settings settings;

  Adam(Settings settings, int size) {
    this.settings = settings;
    weights = new float[size];
    average = new float[size];
    first = new float[size];
    second = new float[size];
  }

  /** One update; returns the gradient's norm before clipping. */
  double update(float[] gradient, int step, int steps) {
    double square = 0;
    for (float g : gradient) {
      square += (double) g * g;
    }
    double norm = Math.sqrt(square);
    float scale = (float) Math.min(1, settings.clip / (norm + 1e-12));
    float beta1 = (float) settings.beta1;
    float beta2 = (float) settings.beta2;
    double rate = settings.rate(step, steps);
    float stepSize = (float) (rate / (1 - Math.pow(settings.beta1, step + 1.0)));
    float shrink = (float) (rate * settings.decay);
    float correction = (float) (1 / Math.sqrt(1 - Math.pow(settings.beta2, step + 1.0)));
    float keep = (float) Math.min(settings.ema, (1.0 + step) / (10.0 + step));
    for (int i = 0; i < gradient.length; i++) {
      float g = gradient[i] * scale;
      first[i] = beta1 * first[i] + (1 - beta1) * g;
      second[i] = beta2 * second[i] + (1 - beta2) * g * g;
      float root = (float) Math.sqrt(second[i]) * correction + EPSILON;
      weights[i] -= stepSize * first[i] / root + shrink * weights[i];
      average[i] = keep * average[i] + (1 - keep) * weights[i];
    }
    return norm;
  }
}
