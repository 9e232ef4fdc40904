package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.engine.image.Kernel;
import io.github.tiltbench.engine.image.Resampling;

/**
 * How the trained positions of a DINOv2 become those of another number of patches: bicubic without
 * antialiasing in all, but implementations disagree on where the patches lie.
 */
public enum Positions {
  /** The outputs span the inputs: transformers from 4.46 on. */
  SIZE {
    @Override
    Resampling axis(int trained, int wanted) {
      return Resampling.interpolated(Kernel.BICUBIC, trained, wanted);
    }
  },
  /** By a factor of {@code (wanted + 0.1) / trained}: the original, older transformers. */
  SCALE_FACTOR {
    @Override
    Resampling axis(int trained, int wanted) {
      return Resampling.interpolated(Kernel.BICUBIC, trained, wanted, trained / (wanted + OFFSET));
    }
  };

  private static final double OFFSET = 0.1;

  /** How one axis becomes the other. */
  abstract Resampling axis(int trained, int wanted);

  /** Weights of the trained positions of a square, row by row, in each of the wanted. */
  float[] matrix(int trained, int wanted) {
    double[] axis = axis(trained, wanted).matrix();
    float[] matrix = new float[wanted * wanted * trained * trained];
    int at = 0;
    for (int y = 0; y < wanted; y++) {
      for (int x = 0; x < wanted; x++) {
        for (int v = 0; v < trained; v++) {
          for (int u = 0; u < trained; u++) {
            matrix[at++] = (float) (axis[y * trained + v] * axis[x * trained + u]);
          }
        }
      }
    }
    return matrix;
  }
}
