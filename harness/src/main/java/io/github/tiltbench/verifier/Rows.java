package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.engine.Tensor;
import java.util.Arrays;

/** Rows of a batch on their way to a network and back. */
final class Rows {
  /** Rows of one forward. */
  static final int MICRO_BATCH = 64;

  private Rows() {}

  /** The rows from one on, at most a micro-batch. */
  static Tensor.Floats of(Batch.Reals batch, int from) {
    int count = Math.min(MICRO_BATCH, batch.size() - from);
    float[] data = new float[count * batch.width()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) batch.data()[from * batch.width() + i];
    }
    return new Tensor.Floats(data, shape(count, batch.item()));
  }

  private static long[] shape(int count, int[] item) {
    long[] shape = new long[item.length + 1];
    Arrays.setAll(shape, d -> d == 0 ? count : item[d - 1]);
    return shape;
  }

  /** Copies values behind an offset. */
  static void put(float[] values, double[] target, int offset) {
    for (int i = 0; i < values.length; i++) {
      target[offset + i] = values[i];
    }
  }
}
