package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Cross-entropy of log-probabilities with smoothed labels, on images that were shifted and made
 * noisy, so that a classifier keeps its sense on generated images.
 */
final class ClassObjective implements Objective {
  private final Images images;
  private final MinibatchOrder draws;
  private final Augmentation augmentation;
  private final int classes;

  /**
   * What is done to images and labels.
   *
   * @param shift largest shift in pixels
   * @param noise largest standard deviation of added noise
   * @param smoothing probability given to all classes evenly
   */
  record Augmentation(int shift, double noise, double smoothing) {}

  ClassObjective(Images images, MinibatchOrder draws, int classes, Augmentation augmentation) {
    this.images = images;
    this.draws = draws;
    this.classes = classes;
    this.augmentation = augmentation;
  }

  @Override
  public Minibatch draw(int step) {
    int[] index = draws.indices(step);
    RandomGenerator random = draws.random(step);
    float[] x = new float[index.length * images.area()];
    float[] clean = new float[images.area()];
    for (int row = 0; row < index.length; row++) {
      images.copy(index[row], clean, 0);
      augment(clean, x, row, random);
    }
    Tensor[] inputs = {
      new Tensor.Floats(x, index.length, 1, images.side(), images.side()),
    };
    return new Minibatch(inputs, (output, gradient) -> crossEntropy(index, output, gradient));
  }

  private void augment(float[] clean, float[] x, int row, RandomGenerator random) {
    int side = images.side();
    int dy = random.nextInt(2 * augmentation.shift + 1) - augmentation.shift;
    int dx = random.nextInt(2 * augmentation.shift + 1) - augmentation.shift;
    // Half of the images stay clean: those are what a verifier sees at the end of a chain.
    double std = Math.max(0, 2 * random.nextDouble() - 1) * augmentation.noise;
    int from = row * images.area();
    Arrays.fill(x, from, from + images.area(), -1);
    for (int i = Math.max(0, dy); i < Math.min(side, side + dy); i++) {
      for (int j = Math.max(0, dx); j < Math.min(side, side + dx); j++) {
        x[from + i * side + j] = clean[(i - dy) * side + j - dx];
      }
    }
    if (std > 0) {
      for (int i = from; i < from + images.area(); i++) {
        x[i] = (float) Math.max(-1, Math.min(1, x[i] + std * random.nextGaussian()));
      }
    }
  }

  private double crossEntropy(int[] index, float[] output, float[] gradient) {
    double loss = 0;
    for (int row = 0; row < index.length; row++) {
      for (int k = 0; k < classes; k++) {
        double target =
            augmentation.smoothing / classes
                + (k == images.labels()[index[row]] ? 1 - augmentation.smoothing : 0);
        loss -= target * output[row * classes + k];
        gradient[row * classes + k] = (float) (-target / index.length);
      }
    }
    return loss / index.length;
  }
}
