package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.engine.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Rows of a batch on their way to a network and back. */
final class NetworkRows {
  /** Rows of one forward. */
  static final int MICRO_BATCH = 64;

  private NetworkRows() {}

  /** The rows from one on, at most a micro-batch. */
  static Tensor of(Batch.Reals batch, int from) {
    return of(batch, from, MICRO_BATCH);
  }

  /** The rows from one on, at most so many. */
  static Tensor of(Batch.Reals batch, int from, int most) {
    int count = Math.min(most, batch.size() - from);
    return new Tensor.Rounded(batch.data(), from * batch.width(), 1, shape(count, batch.item()));
  }

  private static long[] shape(int count, int[] item) {
    long[] shape = new long[item.length + 1];
    Arrays.setAll(shape, d -> d == 0 ? count : item[d - 1]);
    return shape;
  }

  /** Copies values behind an offset. */
  static void put(FloatBuffer values, double[] target, int offset) {
    for (int i = 0; i < values.limit(); i++) {
      target[offset + i] = values.get(i);
    }
  }
}
