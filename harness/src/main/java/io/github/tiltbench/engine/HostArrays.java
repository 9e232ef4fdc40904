package io.github.tiltbench.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Copies plain arrays to the engine and back. */
final class HostArrays {
  private static final ThreadLocal<ByteBuffer> STAGING = ThreadLocal.withInitial(() -> direct(0));

  private HostArrays() {}

  /**
   * A new native array with a copy of the values, or the array that is kept.
   *
   * <p>On the CPU an array made from a direct buffer is that buffer; hence the duplicate.
   */
  static NDArray toDevice(NDManager scope, Tensor tensor) {
    if (tensor instanceof Tensor.Kept kept) {
      return kept.array();
    }
    ByteBuffer staging;
    DataType type;
    if (tensor instanceof Tensor.Floats floats) {
      type = DataType.FLOAT32;
      staging = staging(4 * floats.data().length);
      staging.asFloatBuffer().put(floats.data());
    } else if (tensor instanceof Tensor.Rounded rounded) {
      type = DataType.FLOAT32;
      staging = staging(4 * Tensor.size(rounded.shape()));
      round(rounded, staging.asFloatBuffer());
    } else {
      long[] data = ((Tensor.Longs) tensor).data();
      type = DataType.INT64;
      staging = staging(8 * data.length);
      staging.asLongBuffer().put(data);
    }
    try (NDArray alias = scope.create(staging, new Shape(tensor.shape()), type)) {
      return alias.duplicate();
    }
  }

  private static void round(Tensor.Rounded rounded, FloatBuffer target) {
    int size = target.capacity() / rounded.copies();
    for (int copy = 0; copy < rounded.copies(); copy++) {
      for (int i = 0; i < size; i++) {
        target.put(copy * size + i, (float) rounded.data()[rounded.from() + i]);
      }
    }
  }

  static List<Tensor.Floats> toHost(NDList arrays) {
    List<Tensor.Floats> tensors = new ArrayList<>();
    for (NDArray array : arrays) {
      tensors.add(toHost(array));
    }
    return tensors;
  }

  static Tensor.Floats toHost(NDArray array) {
    float[] data = new float[Math.toIntExact(array.size())];
    floats(array).get(data);
    return new Tensor.Floats(data, array.getShape().getShape());
  }

  static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  static ByteBuffer staging(int bytes) {
    ByteBuffer buffer = STAGING.get();
    if (buffer.capacity() < bytes) {
      buffer = direct(bytes);
      STAGING.set(buffer);
    }
    return buffer.clear().limit(bytes);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
