package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.verifier.jpeg.JpegEncoder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
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
public record Jpeg(int quality) implements VerifierSpec {
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
  public Verifier open(StateSpace space) {
    return new Sizes(quality);
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

  /** Minus kB, one a row; NaN for an image with a value that is not finite. */
  private static final class Sizes implements Verifier {
    private final int quality;
    private final Queue<Encoding> idle = new ConcurrentLinkedQueue<>();

    Sizes(int quality) {
      this.quality = quality;
    }

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      Batch.Reals images = (Batch.Reals) clean;
      double[] score = new double[images.size()];
      int parts = Math.min(score.length, ForkJoinPool.getCommonPoolParallelism() + 1);
      IntStream.range(0, parts).parallel().forEach(part -> score(images, part, parts, score));
      return score;
    }

    private void score(Batch.Reals images, int part, int parts, double[] score) {
      Encoding ready = idle.poll();
      Encoding encoding =
          ready == null || !Arrays.equals(ready.item, images.item())
              ? new Encoding(quality, images.item())
              : ready;
      int from = (int) ((long) score.length * part / parts);
      int to = (int) ((long) score.length * (part + 1) / parts);
      for (int row = from; row < to; row++) {
        score[row] = encoding.score(images.data(), row);
      }
      idle.add(encoding);
    }
  }

  /** An encoder and the pixels it is given. */
  private static final class Encoding {
    private final int[] item;
    private final byte[] pixels;
    private final JpegEncoder encoder;

    Encoding(int quality, int[] item) {
      this.item = item;
      this.pixels = new byte[Batch.volume(item)];
      this.encoder = new JpegEncoder(quality, item[0], item[1], item[2]);
    }

    double score(double[] images, int row) {
      for (int i = 0; i < pixels.length; i++) {
        double value = images[row * pixels.length + i];
        if (!Double.isFinite(value)) {
          return Double.NaN;
        }
        pixels[i] = (byte) Math.rint(255 * Math.max(0, Math.min(1, (value + 1) / 2)));
      }
      return -encoder.encode(pixels) / BYTES_PER_KB;
    }
  }
}
