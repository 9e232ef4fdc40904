package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Rows;
import java.util.Arrays;

/** States of many particles, one a row. The arrays are not to be changed once handed over. */
public sealed interface Batch extends Rows<Batch> {

  @Override
  Batch select(int[] index);

  /** The rows of this batch followed by those of another of the same shape. */
  Batch concat(Batch other);

  /**
   * Points of a Euclidean space.
   *
   * <p>Doubles, although networks compute in floats: weights are differences of densities, and
   * analytic identities must hold to 1e-9 of a log-weight.
   *
   * @param data row-major values, {@code size * volume(item)} of them
   * @param item shape of one state, for example {1, 28, 28}
   */
  record Reals(double[] data, int[] item) implements Batch {
    /** Checks that the data is a whole number of rows. */
    public Reals {
      if (data.length % volume(item) != 0) {
        throw new IllegalArgumentException(
            data.length + " values are not whole rows of shape " + Arrays.toString(item));
      }
    }

    /** Numbers in one state. */
    public int width() {
      return volume(item);
    }

    @Override
    public int size() {
      return data.length / width();
    }

    /** One state, copied. */
    public double[] row(int index) {
      return Arrays.copyOfRange(data, index * width(), (index + 1) * width());
    }

    /** Each value times a factor. */
    public Reals times(double factor) {
      return new Reals(Arrays.stream(data).map(v -> v * factor).toArray(), item);
    }

    /** The sum with a batch of the same shape. */
    public Reals plus(Reals other) {
      double[] sum = data.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += other.data[i];
      }
      return new Reals(sum, item);
    }

    @Override
    public Reals select(int[] index) {
      int width = width();
      double[] selected = new double[index.length * width];
      for (int i = 0; i < index.length; i++) {
        System.arraycopy(data, index[i] * width, selected, i * width, width);
      }
      return new Reals(selected, item);
    }

    @Override
    public Reals concat(Batch other) {
      if (!(other instanceof Reals o) || !Arrays.equals(item, o.item)) {
        throw new IllegalArgumentException("batches of different shapes do not join");
      }
      double[] joined = Arrays.copyOf(data, data.length + o.data.length);
      System.arraycopy(o.data, 0, joined, data.length, o.data.length);
      return new Reals(joined, item);
    }
  }

  /**
   * Sequences of tokens.
   *
   * @param data row-major token ids, {@code size * length} of them; the mask is an id like any
   *     other
   * @param length tokens a sequence
   */
  record Tokens(int[] data, int length) implements Batch {
    /** Checks that the data is a whole number of rows. */
    public Tokens {
      if (data.length % length != 0) {
        throw new IllegalArgumentException(
            data.length + " tokens are not whole sequences of " + length);
      }
    }

    @Override
    public int size() {
      return data.length / length;
    }

    /** One sequence, copied. */
    public int[] row(int index) {
      return Arrays.copyOfRange(data, index * length, (index + 1) * length);
    }

    @Override
    public Tokens select(int[] index) {
      int[] selected = new int[index.length * length];
      for (int i = 0; i < index.length; i++) {
        System.arraycopy(data, index[i] * length, selected, i * length, length);
      }
      return new Tokens(selected, length);
    }

    @Override
    public Tokens concat(Batch other) {
      if (!(other instanceof Tokens o) || length != o.length) {
        throw new IllegalArgumentException("sequences of different lengths do not join");
      }
      int[] joined = Arrays.copyOf(data, data.length + o.data.length);
      System.arraycopy(o.data, 0, joined, data.length, o.data.length);
      return new Tokens(joined, length);
    }
  }

  /** Numbers in one state of a shape. */
  static int volume(int[] item) {
    return Arrays.stream(item).reduce(1, Math::multiplyExact);
  }
}
