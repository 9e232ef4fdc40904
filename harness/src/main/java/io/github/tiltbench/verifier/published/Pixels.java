package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.image.PixelValues;
import io.github.tiltbench.engine.image.Preprocessing;
import java.util.Optional;

/**
 * What a reward makes of states before it looks: states of shape [1 or 3, height, width] are grey
 * or red, green and blue, values between two become [0, 1] and values outside the nearest end; then
 * the preprocessing that the reward names.
 *
 * @param preprocessing what becomes of the image
 * @param black the value of no light
 * @param white the value of full light
 */
record Pixels(Preprocessing preprocessing, double black, double white) {
  private static final int CHANNELS = 3;

  /** Refuses ends that are one. */
  static void check(double black, double white) {
    if (!Double.isFinite(black) || !Double.isFinite(white) || black == white) {
      throw new IllegalArgumentException(
          "black and white must be two numbers but are " + black + " and " + white);
    }
  }

  /** Why it cannot take states of a space, or empty if it can. */
  Optional<String> mismatch(StateSpace space) {
    if (!(space instanceof StateSpace.Euclidean e)
        || e.item().length != CHANNELS
        || (e.item()[0] != 1 && e.item()[0] != CHANNELS)) {
      return Optional.of("it scores images of shape [1 or 3, height, width], not " + space);
    }
    return preprocessing.mismatch(e.item()[1], e.item()[2]);
  }

  /** The way from states of a space to a network and back. */
  Input input(StateSpace space, int side) {
    int[] item = ((StateSpace.Euclidean) space).item();
    return new Input(item, side, preprocessing.pixels(item[1], item[2], side));
  }

  /** States of one shape on their way to a network, and gradients on their way back. */
  final class Input {
    private final int channels;
    private final int area;
    private final int side;
    private final PixelValues values;

    private Input(int[] item, int side, PixelValues values) {
      this.channels = item[0];
      this.area = item[1] * item[2];
      this.side = side;
      this.values = values;
    }

    /** Some rows as the network sees them. */
    Tensor.Floats of(Batch.Reals states, int from, int count) {
      int size = CHANNELS * side * side;
      float[] pixels = new float[count * size];
      for (int row = 0; row < count; row++) {
        float[] image = values.of(light(states.data(), (from + row) * channels * area));
        System.arraycopy(image, 0, pixels, row * size, size);
      }
      return new Tensor.Floats(pixels, count, CHANNELS, side, side);
    }

    private double[] light(double[] states, int from) {
      double[] image = new double[CHANNELS * area];
      for (int i = 0; i < image.length; i++) {
        double value = (states[from + source(i)] - black) / (white - black);
        image[i] = Math.max(0, Math.min(1, value));
      }
      return image;
    }

    /** Where a value of the image comes from in its state. */
    private int source(int i) {
      return channels == 1 ? i % area : i;
    }

    /** Writes the gradient in a state, given that in the pixels of its row. */
    void back(float[] gradient, double[] states, int row, double[] target) {
      double[] image = values.pullback(gradient);
      int from = row * channels * area;
      for (int i = 0; i < channels * area; i++) {
        target[from + i] = 0;
      }
      for (int i = 0; i < image.length; i++) {
        double value = (states[from + source(i)] - black) / (white - black);
        if (value >= 0 && value <= 1) {
          target[from + source(i)] += image[i] / (white - black);
        }
      }
    }
  }
}
