package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Rows;
import java.util.Arrays;
import java.util.List;

/** States of many particles, one a row. The arrays are not to be changed once handed over. */
public sealed interface Batch extends Rows<Batch> {

  @Override
  Batch select(int[] index);

  /**
   * The rows of some batches of the same shape, one batch after the other.
   *
   * @param parts at least one
   */
  static Batch concat(List<? extends Batch> parts) {
    return parts.get(0) instanceof Reals first
        ? Reals.concat(first.item, parts)
        : Tokens.concat(((Tokens) parts.get(0)).length, parts);
  }

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

    /** States of a shape, one array each; copied. */
    public static Reals of(List<double[]> rows, int[] item) {
      return new Reals(rows.stream().flatMapToDouble(Arrays::stream).toArray(), item);
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
      double[] product = Arena.doubles(data.length);
      for (int i = 0; i < product.length; i++) {
        product[i] = data[i] * factor;
      }
      return new Reals(product, item);
    }

    /** The sum with a batch of the same shape. */
    public Reals plus(Reals other) {
      double[] sum = Arena.doubles(data.length);
      for (int i = 0; i < sum.length; i++) {
        sum[i] = data[i] + other.data[i];
      }
      return new Reals(sum, item);
    }

    @Override
    public Reals select(int[] index) {
      int width = width();
      double[] selected = Arena.doubles(index.length * width);
      for (int i = 0; i < index.length; i++) {
        System.arraycopy(data, index[i] * width, selected, i * width, width);
      }
      return new Reals(selected, item);
    }

    private static Reals concat(int[] item, List<? extends Batch> parts) {
      int rows = parts.stream().mapToInt(Batch::size).sum();
      double[] joined = Arena.doubles(rows * volume(item));
      int at = 0;
      for (Batch part : parts) {
        if (!(part instanceof Reals reals) || !Arrays.equals(item, reals.item)) {
          throw new IllegalArgumentException("batches of different shapes do not join");
        }
        System.arraycopy(reals.data, 0, joined, at, reals.data.length);
        at += reals.data.length;
      }
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

    private static Tokens concat(int length, List<? extends Batch> parts) {
      int[] joined = new int[parts.stream().mapToInt(Batch::size).sum() * length];
      int at = 0;
      for (Batch part : parts) {
        if (!(part instanceof Tokens tokens) || length != tokens.length) {
          throw new IllegalArgumentException("sequences of different lengths do not join");
        }
        System.arraycopy(tokens.data, 0, joined, at, tokens.data.length);
        at += tokens.data.length;
      }
      return new Tokens(joined, length);
    }
  }

  /** Numbers in one state of a shape. */
  static int volume(int[] item) {
    int volume = 1;
    for (int extent : item) {
      volume = Math.multiplyExact(volume, extent);
    }
    return volume;
  }
}
