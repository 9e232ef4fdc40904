package io.github.tiltbench.verifier.jpeg;

/** One component of an image, padded to whole blocks by repeating its edges. */
final class Plane {
  private final int fullHeight;
  private final int fullWidth;
  private final boolean half;
  private final int width;

  /** Row by row, 0..255. */
  private final int[] samples;

  /**
   * An empty plane.
   *
   * @param height of the image
   * @param width of the image
   * @param half whether the component has half the resolution both ways
   */
  Plane(int height, int width, boolean half) {
    this.fullHeight = height;
    this.fullWidth = width;
    this.half = half;
    this.width = half ? multiple(width, 16) / 2 : multiple(width, 8);
    this.samples = new int[(half ? multiple(height, 16) / 2 : multiple(height, 8)) * this.width];
  }

  /** Blocks in a row. */
  int columns() {
    return width / 8;
  }

  /** Rows of blocks. */
  int rows() {
    return samples.length / width / 8;
  }

  /** Copies one block, centred on 0. */
  void block(int row, int column, int[] out) {
    int from = row * 8 * width + column * 8;
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        out[y * 8 + x] = samples[from + y * width + x] - 128;
      }
    }
  }

  /** Replaces the content by that of an image, a sample a pixel. */
  void fill(int[] image) {
    if (half) {
      average(image);
    } else {
      pad(image);
    }
  }

  private void pad(int[] image) {
    for (int y = 0; y < samples.length / width; y++) {
      int from = Math.min(y, fullHeight - 1) * fullWidth;
      for (int x = 0; x < width; x++) {
        samples[y * width + x] = image[from + Math.min(x, fullWidth - 1)];
      }
    }
  }

  /**
   * Means of 2x2, rounded down and up in turn.
   *
   * <p>To the right and for an odd last row, samples are repeated before they are averaged; further
   * down, averages are.
   */
  private void average(int[] image) {
    for (int y = 0; y < samples.length / width; y++) {
      int upper = Math.min(2 * y, 2 * ((fullHeight - 1) / 2)) * fullWidth;
      int lower = upper < (fullHeight - 1) * fullWidth ? upper + fullWidth : upper;
      for (int x = 0; x < width; x++) {
        int left = Math.min(2 * x, fullWidth - 1);
        int right = Math.min(2 * x + 1, fullWidth - 1);
        int sum =
            image[upper + left] + image[upper + right] + image[lower + left] + image[lower + right];
        samples[y * width + x] = (sum + 1 + (x & 1)) >> 2;
      }
    }
  }

  private static int multiple(int size, int of) {
    return (size + of - 1) / of * of;
  }
}
