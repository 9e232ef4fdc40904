package io.github.tiltbench.random;

/**
 * Random numbers of one purpose and step, addressed by row and element.
 *
 * <p>Row {@code r} of a batch reads address {@code (first + r / width, r % width)}: with a width of
 * one the row is the particle; with a width of M, M consecutive rows are the branches of one
 * particle, and branch 0 sees exactly what the unbranched particle sees. Rows that are skipped
 * count.
 *
 * @param key the trial's key
 * @param purpose what the draws are for
 * @param step the level they are used at
 * @param first particle of row 0
 * @param width branches a particle
 * @param skipped rows before row 0
 */
public record Noise(long key, Purpose purpose, int step, int first, int width, int skipped) {
  private static final int MAX_WIDTH = 1 << 16;

  /** Checks that the address fits the counter. */
  public Noise {
    if (width < 1 || width > MAX_WIDTH) {
      throw new IllegalArgumentException("width must be 1.." + MAX_WIDTH + " but is " + width);
    }
  }

  /** With no row skipped. */
  public Noise(long key, Purpose purpose, int step, int first, int width) {
    this(key, purpose, step, first, width, 0);
  }

  /** The same noise for a batch in which each particle has {@code width} consecutive rows. */
  public Noise branched(int width) {
    return new Noise(key, purpose, step, first, width, skipped);
  }

  /** The same noise for a batch whose row 0 is particle {@code first}. */
  public Noise from(int first) {
    return new Noise(key, purpose, step, first, width, skipped);
  }

  /** The same noise for a batch whose row 0 is row {@code rows} of this one's. */
  public Noise skip(int rows) {
    return new Noise(key, purpose, step, first, width, skipped + rows);
  }

  /**
   * The same noise at another attempt at the same place, as of a search that proposes again and
   * again: draws of any two rounds are independent.
   *
   * <p>Round 0 is this noise. A later one has a key of its own, made from this key and the round at
   * a counter that no purpose reads; so rounds have rounds of their own.
   *
   * @param round at least 0
   */
  public Noise round(int round) {
    if (round < 0) {
      throw new IllegalArgumentException("round must be at least 0 but is " + round);
    }
    if (round == 0) {
      return this;
    }
    long[] words = new long[2];
    Philox.block(key, 0, round, 0, 0, words);
    return new Noise(words[0], purpose, step, first, width, skipped);
  }

  /** Fills {@code out[from .. from+length)} with the standard normals of a row. */
  public void normals(int row, double[] out, int from, int length) {
    normals(row, 1, out, from, length);
  }

  /** Fills {@code out} with the standard normals of as many rows, from row 0 on. */
  public void normals(int rows, double[] out) {
    normals(0, rows, out, 0, width(rows, out));
  }

  private void normals(int row, int rows, double[] out, int from, int length) {
    words(row, rows, out, from, length);
    long[] fresh = new long[2];
    for (int i = 0; i < rows * length; i++) {
      long word = Double.doubleToRawLongBits(out[from + i]);
      double place = Ziggurat.place(word);
      out[from + i] =
          Ziggurat.inside(word, place)
              ? Ziggurat.signed(word, place)
              : refused(word, i % length, row + i / length, fresh);
    }
  }

  /** Fills {@code out[from .. from+length)} with uniforms of (0, 1), ends excluded, of a row. */
  public void uniforms(int row, double[] out, int from, int length) {
    uniforms(row, 1, out, from, length);
  }

  /** Fills {@code out} with uniforms of (0, 1), ends excluded, of as many rows, from row 0 on. */
  public void uniforms(int rows, double[] out) {
    uniforms(0, rows, out, 0, width(rows, out));
  }

  private void uniforms(int row, int rows, double[] out, int from, int length) {
    words(row, rows, out, from, length);
    for (int i = from; i < from + rows * length; i++) {
      out[i] = unit(Double.doubleToRawLongBits(out[i]));
    }
  }

  private static int width(int rows, double[] out) {
    int length = rows == 0 ? 0 : out.length / rows;
    if (length * rows != out.length) {
      throw new IllegalArgumentException(out.length + " numbers are not " + rows + " equal rows");
    }
    return length;
  }

  /** Fills {@code out[from ..)} with the words of rows, as raw bits. */
  private void words(int row, int rows, double[] out, int from, int length) {
    Blocks blocks = Blocks.scratch();
    int each = (length + 1) / 2; // blocks of a row; an odd one does not use its last word
    boolean odd = length % 2 == 1;
    int particle = particle(row);
    int branch = branch(row);
    int block = 0;
    int written = 0;
    int at = from;
    for (long left = (long) rows * each; left > 0; left -= Blocks.MOST) {
      int count = (int) Math.min(Blocks.MOST, left);
      for (int i = 0; i < count; ) {
        int run = Math.min(each - block, count - i);
        if (run == 1) {
          blocks.put(i, block, particle, step, tag(branch, 0));
        } else {
          blocks.put(i, i + run, block, particle, step, tag(branch, 0));
        }
        i += run;
        block += run;
        if (block == each) {
          block = 0;
          branch++;
        }
        if (branch == width) {
          branch = 0;
          particle++;
        }
      }
      blocks.encipher(key, count);
      for (int i = 0; i < count; i++) {
        out[at++] = Double.longBitsToDouble(blocks.first(i));
        written++;
        if (!odd || written % each != 0) {
          out[at++] = Double.longBitsToDouble(blocks.second(i));
        }
      }
    }
  }

  /** The uniforms of one row as a function of their index. */
  public Uniforms uniforms(int row) {
    return new Uniforms() {
      @Override
      public double at(int index) {
        long[] words = new long[2];
        Philox.block(key, index >>> 1, particle(row), step, tag(branch(row), 0), words);
        return unit(words[index & 1]);
      }

      @Override
      public double[] first(int count) {
        double[] u = new double[count];
        uniforms(row, u, 0, count);
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

  private int particle(int row) {
    return first + (skipped + row) / width;
  }

  private int branch(int row) {
    return (skipped + row) % width;
  }

  /** The normal of a word that the ziggurat refused, one in a hundred: it reads fresh blocks. */
  private double refused(long word, int element, int row, long[] fresh) {
    for (int attempt = 1; attempt < 256; attempt++) {
      Philox.block(key, element, particle(row), step, tag(branch(row), attempt), fresh);
      double value = Ziggurat.border(word, unit(fresh[0]), unit(fresh[1]));
      if (!Double.isNaN(value)) {
        return value;
      }
      if (!Ziggurat.inTail(word)) {
        Philox.block(key, element, particle(row), step, tag(branch(row), ++attempt), fresh);
        word = fresh[0];
        double place = Ziggurat.place(word);
        if (Ziggurat.inside(word, place)) {
          return Ziggurat.signed(word, place);
        }
      }
    }
    throw new IllegalStateException("no normal in 255 attempts: the generator is broken");
  }
}
