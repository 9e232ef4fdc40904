package io.github.tiltbench.verifier.jpeg;

/** Encodes 8-bit images, grayscale or RGB, at one quality; safe to share among threads. */
public final class JpegEncoder {
  private final int quality;
  private final int[] luma;
  private final int[] chroma;

  /**
   * An encoder.
   *
   * @param quality 1..100, on libjpeg's scale
   */
  public JpegEncoder(int quality) {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality must be 1..100 but is " + quality);
    }
    this.quality = quality;
    this.luma = Quantisation.luma(quality);
    this.chroma = Quantisation.chroma(quality);
  }

  /**
   * A whole JPEG file.
   *
   * @param samples one plane a channel, rows from the top; 1 channel of gray or red, green, blue
   * @param height at most 65535
   * @param width at most 65535
   */
  public byte[] encode(byte[] samples, int height, int width) {
    int channels = samples.length / (height * width);
    if (samples.length != channels * height * width || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          samples.length + " samples are not 1 or 3 channels of " + height + "x" + width);
    }
    BitStream out = new BitStream(1024 + samples.length / 2);
    Header.write(out, quality, height, width, channels);
    if (channels == 1) {
      gray(samples, height, width, out);
    } else {
      colour(samples, height, width, out);
    }
    out.align();
    out.raw(Header.END);
    return out.toByteArray();
  }

  private void gray(byte[] samples, int height, int width, BitStream out) {
    int[] gray = new int[samples.length];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = samples[i] & 0xFF;
    }
    Component only = new Component(Plane.full(gray, height, width), luma, true, out);
    for (int row = 0; row < only.plane().rows(); row++) {
      for (int column = 0; column < only.plane().columns(); column++) {
        only.block(row, column);
      }
    }
  }

  private void colour(byte[] samples, int height, int width, BitStream out) {
    int[][] ycc = Colour.convert(samples);
    Component y = new Component(Plane.full(ycc[0], height, width), luma, true, out);
    Component blue = new Component(Plane.half(ycc[1], height, width), chroma, false, out);
    Component red = new Component(Plane.half(ycc[2], height, width), chroma, false, out);
    for (int row = 0; row < blue.plane().rows(); row++) {
      for (int column = 0; column < blue.plane().columns(); column++) {
        y.block(2 * row, 2 * column);
        y.block(2 * row, 2 * column + 1);
        y.block(2 * row + 1, 2 * column);
        y.block(2 * row + 1, 2 * column + 1);
        blue.block(row, column);
        red.block(row, column);
      }
    }
  }
}
