package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.network.Network;

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
   * @param floor share of it that is left at the end
   * @param beta1 memory of the gradient's mean
   * @param beta2 memory of its square
   * @param clip largest norm of a gradient
   * @param ema largest memory of the average
   * @param decay of the weights, decoupled from the gradient
   */
  public record Settings(
      double rate,
      int warmup,
      double floor,
      double beta1,
      double beta2,
      double clip,
      double ema,
      Decay decay) {
    /** The learning rate of a step: linear warm-up, then a cosine down to the floor. */
    public double rate(int step, int steps) {
      double warm = Math.min(1, (step + 1.0) / warmup);
      double cosine = 0.5 * (1 + Math.cos(Math.PI * step / steps));
      return rate * warm * (floor + (1 - floor) * cosine);
    }
  }

  /**
   * How weights shrink.
   *
   * @param rate share of a weight that a step takes, times the learning rate
   * @param matricesOnly whether shifts and scales, which have one dimension, are spared
   */
  public record Decay(double rate, boolean matricesOnly) {
    /** They do not. */
    public static final Decay NONE = new Decay(0, false);
  }

  private final float[] weights;
  private final float[] average;
  private final float[] first;
  private final float[] second;
  private final Settings settings;
  private final Network network;

  /**
   * At the start: the average is the weights, nothing is remembered.
   *
   * @param start the weights of the network, as {@link Network#flat} orders them
   */
  public Adam(Settings settings, Network network, float[] start) {
    if (start.length != network.size()) {
      throw new IllegalArgumentException(start.length + " weights for " + network.size());
    }
    this.settings = settings;
    this.network = network;
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
    double rate = settings.rate(step, steps);
    float stepSize = (float) (rate / (1 - Math.pow(settings.beta1, step + 1.0)));
    float correction = (float) (1 / Math.sqrt(1 - Math.pow(settings.beta2, step + 1.0)));
    float keep = keep(settings.ema, step);
    int from = 0;
    for (Network.Parameter parameter : network.parameters()) {
      boolean spared = settings.decay.matricesOnly && parameter.shape().length < 2;
      float shrink = spared ? 0 : (float) (rate * settings.decay.rate);
      int to = from + parameter.size();
      move(gradient, from, to, scale, stepSize, correction, shrink, keep);
      from = to;
    }
    return norm;
  }

  /** How much of the average a step keeps. */
  static float keep(double ema, int step) {
    return (float) Math.min(ema, (1.0 + step) / (10.0 + step));
  }

  private void move(
      float[] gradient,
      int from,
      int to,
      float scale,
      float stepSize,
      float correction,
      float shrink,
      float keep) {
    float beta1 = (float) settings.beta1;
    float beta2 = (float) settings.beta2;
    for (int i = from; i < to; i++) {
      float g = gradient[i] * scale;
      first[i] = beta1 * first[i] + (1 - beta1) * g;
      second[i] = beta2 * second[i] + (1 - beta2) * g * g;
      float root = (float) Math.sqrt(second[i]) * correction + EPSILON;
      weights[i] -= stepSize * first[i] / root + shrink * weights[i];
      average[i] = keep * average[i] + (1 - keep) * weights[i];
    }
  }
}
