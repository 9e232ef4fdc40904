package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.verifier.jpeg.JpegEncoder;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The reward of compressibility: minus the size of the image as a JPEG file, in kB of 1000 bytes.
 *
 * <p>States are images of shape {channels, height, width} with values in [-1, 1]; a value becomes
 * the nearest of 256 levels, halves to even, outside the range the end of it. One channel is
 * encoded as grayscale, three as RGB with 4:2:0. Rows are encoded in parallel on the common pool.
 *
 * <p>Source: Black et al., arXiv 2305.13301 (the task); the bytes are those of Pillow's {@code
 * save(format="JPEG", quality=...)}.
 *
 * @param quality 1..100, 95 in the papers
 */
public record Jpeg(int quality) implements VerifierSpec, Verifier {
  /** The quality that the papers use. */
  public static final Jpeg DEFAULT = new Jpeg(95);

  private static final double BYTES_PER_KB = 1000;
  private static final int MAX_SIDE = 65535;

  /** Refuses a quality outside 1..100. */
  public Jpeg {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality must be 1..100 but is " + quality);
    }
  }

  @Override
  public Verifier open() {
    return this;
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return space instanceof StateSpace.Euclidean e && isImage(e.item())
        ? Optional.empty()
        : Optional.of("it scores images of shape [1 or 3, height, width], not " + space);
  }

  private static boolean isImage(int[] item) {
    return item.length == 3
        && (item[0] == 1 || item[0] == 3)
        && Math.max(item[1], item[2]) <= MAX_SIDE;
  }

  @Override
  public boolean differentiable() {
    return false;
  }

  /** Minus kB, one a row; NaN for an image with a value that is not finite. */
  @Override
  public double[] score(Batch clean, Condition[] condition) {
    Batch.Reals images = (Batch.Reals) clean;
    JpegEncoder encoder = new JpegEncoder(quality);
    return IntStream.range(0, images.size())
        .parallel()
        .mapToDouble(row -> score(encoder, images, row))
        .toArray();
  }

  private static double score(JpegEncoder encoder, Batch.Reals images, int row) {
    byte[] pixels = new byte[images.width()];
    for (int i = 0; i < pixels.length; i++) {
      double value = images.data()[row * pixels.length + i];
      if (!Double.isFinite(value)) {
        return Double.NaN;
      }
      pixels[i] = (byte) Math.rint(255 * Math.max(0, Math.min(1, (value + 1) / 2)));
    }
    return -encoder.encode(pixels, images.item()[1], images.item()[2]).length / BYTES_PER_KB;
  }
}
