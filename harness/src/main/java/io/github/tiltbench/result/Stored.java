package io.github.tiltbench.result;

import io.github.tiltbench.diffusion.Batch;
import java.util.regex.Pattern;

/** The samples of a trial: in its line if they are small, else in a file beside it. */
public sealed interface Stored {
  /** Most numbers a sample may have to stand in the line. */
  int MOST_INLINE = 64;

  /** How many samples there are. */
  int size();

  /**
   * Samples at hand.
   *
   * @param batch one row a sample
   */
  record Inline(Batch batch) implements Stored {
    @Override
    public int size() {
      return batch.size();
    }

    /** Whether the samples go into the line: tokens always do. */
    boolean small() {
      return !(batch instanceof Batch.Reals reals) || reals.width() <= MOST_INLINE;
    }
  }

  /**
   * Samples in a NumPy file of the cell's folder, rounded to 32-bit floats.
   *
   * @param file name below the folder {@code samples}
   * @param size rows
   * @param bytes length of the file
   * @param sha256 digest of the file
   */
  record Saved(String file, int size, long bytes, String sha256) implements Stored {
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]+\\.npy");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** Refuses a file elsewhere and what describes none. */
    public Saved {
      if (!PLAIN.matcher(file).matches()) {
        throw new IllegalArgumentException("file must be a plain name but is " + file);
      }
      if (size < 0) {
        throw new IllegalArgumentException("size must be at least 0 but is " + size);
      }
      if (bytes < 0) {
        throw new IllegalArgumentException("bytes must be at least 0 but is " + bytes);
      }
      if (!HEX.matcher(sha256).matches()) {
        throw new IllegalArgumentException("sha256 must be 64 hexadecimal digits but is " + sha256);
      }
    }
  }
}
