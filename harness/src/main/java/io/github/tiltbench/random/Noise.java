package io.github.tiltbench.random;

/**
 * Random numbers of one purpose and step, addressed by row and element.
 *
 * <p>Row {@code r} of a batch reads address {@code (first + r / width, r % width)}: with a width of
 * one the row is the particle; with a width of M, M consecutive rows are the branches of one
 * particle, and branch 0 sees exactly what the unbranched particle sees.
 *
 * @param key the trial's key
 * @param purpose what the draws are for
 * @param step the level they are used at
 * @param first particle of row 0
 * @param width branches a particle
 */
public record Noise(long key, Purpose purpose, int step, int first, int width) {
  private static final int MAX_WIDTH = 1 << 16;

  /** Checks that the address fits the counter. */
  public Noise {
    if (width < 1 || width > MAX_WIDTH) {
      throw new IllegalArgumentException("width must be 1.." + MAX_WIDTH + " but is " + width);
    }
  }

  /** The same noise for a batch in which each particle has {@code width} consecutive rows. */
  public Noise branched(int width) {
    return new Noise(key, purpose, step, first, width);
  }

  /** The same noise for a batch whose row 0 is particle {@code first}. */
  public Noise from(int first) {
    return new Noise(key, purpose, step, first, width);
  }

  /** Fills {@code out[from .. from+length)} with the standard normals of a row. */
  public void normals(int row, double[] out, int from, int length) {
    int particle = first + row / width;
    int branch = row % width;
    Philox.fill(key, particle, step, tag(branch, 0), out, from, length);
    for (int element = 0; element < length; element++) {
      long word = Double.doubleToRawLongBits(out[from + element]);
      double value = Ziggurat.inside(word);
      out[from + element] = Double.isNaN(value) ? refused(word, element, particle, branch) : value;
    }
  }

  /** Fills {@code out[from .. from+length)} with uniforms of (0, 1), ends excluded, of a row. */
  public void uniforms(int row, double[] out, int from, int length) {
    uniforms(first + row / width, tag(row % width, 0), out, from, length);
  }

  private void uniforms(int particle, int tag, double[] out, int from, int length) {
    Philox.fill(key, particle, step, tag, out, from, length);
    for (int i = from; i < from + length; i++) {
      out[i] = unit(Double.doubleToRawLongBits(out[i]));
    }
  }

  /** The uniforms of one row as a function of their index. */
  public Uniforms uniforms(int row) {
    int particle = first + row / width;
    int tag = tag(row % width, 0);
    return new Uniforms() {
      @Override
      public double at(int index) {
        long[] words = new long[2];
        Philox.block(key, index >>> 1, particle, step, tag, words);
        return unit(words[index & 1]);
      }

      @Override
      public double[] first(int count) {
        double[] u = new double[count];
        uniforms(particle, tag, u, 0, count);
        return u;
      }
    };
  }

  private int tag(int branch, int attempt) {
    return purpose.code() << 24 | attempt << 16 | branch;
  }

  /** The midpoint of one of 2^53 equal cells of (0, 1). */
  private static double unit(long word) {
    return ((word >>> 11) + 0.5) * 0x1.0p-53;
  }

  /** The normal of a word that the ziggurat refused, one in a hundred: it reads fresh blocks. */
  private double refused(long word, int element, int particle, int branch) {
    double value;
    long[] words = new long[2];
    for (int attempt = 1; attempt < 256; attempt++) {
      Philox.block(key, element, particle, step, tag(branch, attempt), words);
      value = Ziggurat.border(word, unit(words[0]), unit(words[1]));
      if (!Double.isNaN(value)) {
        return value;
      }
      if (!Ziggurat.inTail(word)) {
        Philox.block(key, element, particle, step, tag(branch, ++attempt), words);
        word = words[0];
        value = Ziggurat.inside(word);
        if (!Double.isNaN(value)) {
          return value;
        }
      }
    }
    throw new IllegalStateException("no normal in 255 attempts: the generator is broken");
  }
}
