package io.github.tiltbench.verifier.jpeg;

/**
 * Encodes 8-bit images of one size, grayscale or RGB, at one quality.
 *
 * <p>Its buffers are used again by every image, so it is for one thread at a time.
 */
public final class JpegEncoder {
  private final int area;
  private final byte[] header;
  private final BitStream out;
  private final int[][] channels;
  private final ComponentCoder[] components;

  /**
   * An encoder.
   *
   * @param quality 1..100, on libjpeg's scale
   * @param channels 1 for gray, 3 for red, green, blue
   * @param height at most 65535
   * @param width at most 65535
   */
  public JpegEncoder(int quality, int channels, int height, int width) {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("quality must be 1..100 but is " + quality);
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("an image has 1 or 3 channels, not " + channels);
    }
    this.area = height * width;
    this.header = Header.of(quality, height, width, channels);
    this.out = new BitStream(header.length + channels * area);
    this.channels = new int[channels][area];
    this.components = new ComponentCoder[channels];
    for (int i = 0; i < channels; i++) {
      boolean luma = i == 0;
      int[] steps = luma ? Quantisation.luma(quality) : Quantisation.chroma(quality);
      components[i] = new ComponentCoder(new Plane(height, width, !luma), steps, luma, out);
    }
  }

  /**
   * Encodes an image and returns the size of its file in bytes.
   *
   * @param samples one plane a channel, rows from the top
   */
  public int encode(byte[] samples) {
    if (samples.length != channels.length * area) {
      throw new IllegalArgumentException(
          samples.length + " samples are not " + channels.length + " channels of " + area);
    }
    out.restart(header);
    if (channels.length == 1) {
      Colour.gray(samples, channels[0]);
    } else {
      Colour.convert(samples, channels);
    }
    for (int i = 0; i < channels.length; i++) {
      components[i].take(channels[i]);
    }
    if (channels.length == 1) {
      gray(components[0]);
    } else {
      colour(components[0], components[1], components[2]);
    }
    out.align();
    out.raw(Header.END);
    return out.size();
  }

  /** The whole file of the last image. */
  public byte[] file() {
    return out.toByteArray();
  }

  private static void gray(ComponentCoder only) {
    for (int row = 0; row < only.plane().rows(); row++) {
      for (int column = 0; column < only.plane().columns(); column++) {
        only.block(row, column);
      }
    }
  }

  private static void colour(ComponentCoder y, ComponentCoder blue, ComponentCoder red) {
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
