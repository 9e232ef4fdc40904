package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import java.util.random.RandomGenerator;

/**
 * Mean squared error of the velocity {@code v = sqrt(abar) noise - sqrt(1-abar) image} (Salimans
 * and Ho 2022, arXiv:2202.00512), with time steps stratified over the batch and classes sometimes
 * replaced by the empty one (Ho and Salimans 2022, arXiv:2207.12598).
 */
final class VelocityObjective implements Objective {
  private final Images images;
  private final MinibatchOrder draws;
  private final double[] alphaBars;
  private final int emptyClass;
  private final double dropout;

  VelocityObjective(
      Images images, MinibatchOrder draws, double[] alphaBars, int emptyClass, double dropout) {
    this.images = images;
    this.draws = draws;
    this.alphaBars = alphaBars;
    this.emptyClass = emptyClass;
    this.dropout = dropout;
  }

  /**
   * The squared cosine of diffusers' {@code squaredcos_cap_v2}, betas at most 0.999, without the
   * rounding to single precision that inference copies: training has no chain to reproduce.
   */
  static double[] cosine(int steps) {
    double[] bars = new double[steps];
    double product = 1;
    for (int i = 0; i < steps; i++) {
      double ratio = squaredCosine((i + 1.0) / steps) / squaredCosine((double) i / steps);
      double beta = 1 - ratio;
      product *= 1 - Math.min(beta, 0.999);
      bars[i] = product;
    }
    return bars;
  }

  private static double squaredCosine(double t) {
    double cosine = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  @Override
  public Minibatch draw(int step) {
    int[] index = draws.indices(step);
    RandomGenerator random = draws.random(step);
    int rows = index.length;
    int area = images.area();
    float[] x = new float[rows * area];
    float[] t = new float[rows];
    long[] y = new long[rows];
    float[] v = new float[rows * area];
    for (int row = 0; row < rows; row++) {
      int time = (int) ((row + random.nextDouble()) / rows * alphaBars.length);
      float signal = (float) Math.sqrt(alphaBars[time]);
      float sigma = (float) Math.sqrt(1 - alphaBars[time]);
      images.copy(index[row], x, row);
      t[row] = time;
      y[row] = random.nextDouble() < dropout ? emptyClass : images.labels()[index[row]];
      for (int i = row * area; i < (row + 1) * area; i++) {
        float noise = (float) random.nextGaussian();
        float clean = x[i];
        x[i] = signal * clean + sigma * noise;
        v[i] = signal * noise - sigma * clean;
      }
    }
    Tensor[] inputs = {
      new Tensor.Floats(x, rows, 1, images.side(), images.side()),
      new Tensor.Floats(t, rows),
      new Tensor.Longs(y, rows)
    };
    return new Minibatch(inputs, (output, gradient) -> squaredError(output, v, gradient));
  }

  private static double squaredError(float[] output, float[] target, float[] gradient) {
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      float difference = output[i] - target[i];
      sum += difference * difference;
      gradient[i] = 2 * difference / output.length;
    }
    return sum / output.length;
  }
}
