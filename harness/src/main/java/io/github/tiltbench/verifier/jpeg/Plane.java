package io.github.tiltbench.verifier.jpeg;

/**
 * One component of an image, padded to whole blocks by repeating its edges.
 *
 * @param samples row by row, 0..255
 * @param width samples a row, a multiple of 8
 */
record Plane(int[] samples, int width) {

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

  /** A component at full resolution. */
  static Plane full(int[] samples, int height, int width) {
    int paddedWidth = multiple(width, 8);
    int paddedHeight = multiple(height, 8);
    int[] padded = new int[paddedHeight * paddedWidth];
    for (int y = 0; y < paddedHeight; y++) {
      int from = Math.min(y, height - 1) * width;
      for (int x = 0; x < paddedWidth; x++) {
        padded[y * paddedWidth + x] = samples[from + Math.min(x, width - 1)];
      }
    }
    return new Plane(padded, paddedWidth);
  }

  /**
   * A component at half resolution both ways: means of 2x2, rounded down and up in turn.
   *
   * <p>To the right and for an odd last row, samples are repeated before they are averaged; further
   * down, averages are.
   */
  static Plane half(int[] samples, int height, int width) {
    int halfWidth = multiple(width, 16) / 2;
    int halfHeight = multiple(height, 16) / 2;
    int[] means = new int[halfHeight * halfWidth];
    for (int y = 0; y < halfHeight; y++) {
      int upper = Math.min(2 * y, 2 * ((height - 1) / 2));
      int lower = Math.min(upper + 1, height - 1);
      for (int x = 0; x < halfWidth; x++) {
        int left = Math.min(2 * x, width - 1);
        int right = Math.min(2 * x + 1, width - 1);
        int sum =
            samples[upper * width + left]
                + samples[upper * width + right]
                + samples[lower * width + left]
                + samples[lower * width + right];
        means[y * halfWidth + x] = (sum + 1 + (x & 1)) >> 2;
      }
    }
    return new Plane(means, halfWidth);
  }

  private static int multiple(int size, int of) {
    return (size + of - 1) / of * of;
  }
}
