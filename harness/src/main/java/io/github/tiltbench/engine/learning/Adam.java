package io.github.tiltbench.engine.learning;

/**
 * Adam with gradient-norm clipping and an average of the weights, on flat arrays.
 *
 * <p>Kingma and Ba 2015, arXiv:1412.6980; the average's decay starts low, min(decay, (1+n)/(10+n)),
 * so that it forgets the start.
 */
public final class Adam {
  private static final float EPSILON = 1e-8f;

  /**
   * How the weights move.
   *
   * @param rate largest learning rate
   * @param warmup steps until it is reached
   * @param beta1 memory of the gradient's mean
   * @param beta2 memory of its square
   * @param clip largest norm of a gradient
   * @param ema largest memory of the average
   * @param decay of the weights, decoupled from the gradient
   */
  public record Settings(
      double rate, int warmup, double beta1, double beta2, double clip, double ema, double decay) {
    /** The learning rate of a step: linear warm-up, then a cosine down to two per cent. */
    public double rate(int step, int steps) {
      double warm = Math.min(1, (step + 1.0) / warmup);
      double cosine = 0.5 * (1 + Math.cos(Math.PI * step / steps));
      return rate * warm * (0.02 + 0.98 * cosine);
    }
  }

  private final float[] weights;
  private final float[] average;
  private final float[] first;
  private final float[] second;
  private final Settings settings;

  /** At the start: the average is the weights, nothing is remembered. */
  public Adam(Settings settings, float[] start) {
    this.settings = settings;
    weights = start.clone();
    average = start.clone();
    first = new float[start.length];
    second = new float[start.length];
  }

  /** The weights now; whoever restores a state writes into it, likewise the other three. */
  public float[] weights() {
    return weights;
  }

  /** The average of the weights. */
  public float[] average() {
    return average;
  }

  /** The mean of the gradient. */
  public float[] first() {
    return first;
  }

  /** The mean of its square. */
  public float[] second() {
    return second;
  }

  /** One update; returns the gradient's norm before clipping. */
  public double update(float[] gradient, int step, int steps) {
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
