package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import java.util.random.RandomGenerator;

/**
 * Mean squared error of the velocity of a path, with times stratified over the batch and classes
 * sometimes replaced by the empty one (Ho and Salimans 2022, arXiv:2207.12598).
 */
final class VelocityObjective implements Objective {
  private final Images images;
  private final MinibatchOrder draws;
  private final TrainingPath path;
  private final int emptyClass;
  private final double dropout;

  VelocityObjective(
      Images images, MinibatchOrder draws, TrainingPath path, int emptyClass, double dropout) {
    this.images = images;
    this.draws = draws;
    this.path = path;
    this.emptyClass = emptyClass;
    this.dropout = dropout;
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
      TrainingPath.Point at = path.at((row + random.nextDouble()) / rows);
      images.copy(index[row], x, row);
      t[row] = at.time();
      y[row] = random.nextDouble() < dropout ? emptyClass : images.labels()[index[row]];
      for (int i = row * area; i < (row + 1) * area; i++) {
        float noise = (float) random.nextGaussian();
        float clean = x[i];
        x[i] = at.signal() * clean + at.noise() * noise;
        v[i] = at.ofNoise() * noise + at.ofClean() * clean;
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
