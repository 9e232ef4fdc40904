package io.github.tiltbench.engine.image;

/**
 * A resized part of an image.
 *
 * @param rows how heights become heights
 * @param columns how widths become widths
 */
public record Resize(Resampling rows, Resampling columns) {
  private static final int BITS = 22; // of a weight behind the point

  /** One channel of an image, row after row, resized in real numbers. */
  public double[] of(double[] channel) {
    double[] narrow = new double[rows.in() * columns.out()];
    for (int y = 0; y < rows.in(); y++) {
      for (int x = 0; x < columns.out(); x++) {
        narrow[y * columns.out() + x] = columns.at(x, channel, y * columns.in(), 1);
      }
    }
    double[] resized = new double[rows.out() * columns.out()];
    for (int y = 0; y < rows.out(); y++) {
      for (int x = 0; x < columns.out(); x++) {
        resized[y * columns.out() + x] = rows.at(y, narrow, x, columns.out());
      }
    }
    return resized;
  }

  /** The gradient in the channel, given that in the result of {@link #of}. */
  public double[] pullback(double[] gradient) {
    double[] narrow = new double[rows.in() * columns.out()];
    for (int y = 0; y < rows.out(); y++) {
      for (int x = 0; x < columns.out(); x++) {
        rows.spread(y, gradient[y * columns.out() + x], narrow, x, columns.out());
      }
    }
    double[] channel = new double[rows.in() * columns.in()];
    for (int y = 0; y < rows.in(); y++) {
      for (int x = 0; x < columns.out(); x++) {
        columns.spread(x, narrow[y * columns.out() + x], channel, y * columns.in(), 1);
      }
    }
    return channel;
  }

  /**
   * One channel of bytes, resized in whole numbers as Pillow does it: weights rounded to 22 bits,
   * widths first, each direction rounded to a byte.
   *
   * @param channel values from 0 to 255
   */
  public int[] ofBytes(int[] channel) {
    int[] narrow = new int[rows.in() * columns.out()];
    for (int x = 0; x < columns.out(); x++) {
      int[] w = whole(columns.weights()[x]);
      for (int y = 0; y < rows.in(); y++) {
        int from = y * columns.in() + columns.first()[x];
        narrow[y * columns.out() + x] = level(w, channel, from, 1);
      }
    }
    int[] resized = new int[rows.out() * columns.out()];
    for (int y = 0; y < rows.out(); y++) {
      int[] w = whole(rows.weights()[y]);
      for (int x = 0; x < columns.out(); x++) {
        int from = rows.first()[y] * columns.out() + x;
        resized[y * columns.out() + x] = level(w, narrow, from, columns.out());
      }
    }
    return resized;
  }

  /** Rounded half away from zero. */
  private static int[] whole(double[] weights) {
    int[] whole = new int[weights.length];
    for (int j = 0; j < whole.length; j++) {
      whole[j] = (int) (weights[j] * (1 << BITS) + (weights[j] < 0 ? -0.5 : 0.5));
    }
    return whole;
  }

  private static int level(int[] weights, int[] data, int from, int stride) {
    int sum = 1 << (BITS - 1);
    for (int j = 0, at = from; j < weights.length; j++, at += stride) {
      sum += weights[j] * data[at];
    }
    return Math.max(0, Math.min(255, sum >> BITS));
  }
}
