package io.github.tiltbench.engine;

import ai.djl.ndarray.NDArray;

/** A plain row-major array with a shape: what goes into and comes out of a network. */
public sealed interface Tensor {
  /** The extent of each dimension. */
  long[] shape();

  /** Single-precision values. */
  record Floats(float[] data, long... shape) implements Tensor {
    public Floats {
      check(data.length, shape);
    }
  }

  /** Indices: time steps, class numbers, tokens. */
  record Longs(long[] data, long... shape) implements Tensor {
    public Longs {
      check(data.length, shape);
    }
  }

  /**
   * Doubles that are rounded to single precision on their way in.
   *
   * @param data row-major values
   * @param from the first that is taken; so many are taken as the shape holds in one copy
   * @param copies how often the values taken follow each other
   * @param shape of all copies together
   */
  record Rounded(double[] data, int from, int copies, long... shape) implements Tensor {
    public Rounded {
      int size = size(shape);
      if (copies < 1 || size % copies != 0 || from < 0 || from + size / copies > data.length) {
        throw new IllegalArgumentException(
            data.length
                + " values from "
                + from
                + " on do not fill the shape "
                + java.util.Arrays.toString(shape)
                + " in "
                + copies
                + " copies");
      }
    }
  }

  /** What lies on the device of a module already; see {@link TorchModule#keep}. */
  final class Kept implements Tensor, AutoCloseable {
    private final NDArray array;

    Kept(NDArray array) {
      this.array = array;
    }

    NDArray array() {
      return array;
    }

    @Override
    public long[] shape() {
      return array.getShape().getShape();
    }

    @Override
    public void close() {
      Torch.run(array::close);
    }
  }

  /** The number of elements a shape holds. */
  static int size(long... shape) {
    long size = 1;
    for (long extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    return Math.toIntExact(size);
  }

  private static void check(int length, long... shape) {
    if (length != size(shape)) {
      throw new IllegalArgumentException(
          "shape " + java.util.Arrays.toString(shape) + " does not hold " + length + " values");
    }
  }
}
