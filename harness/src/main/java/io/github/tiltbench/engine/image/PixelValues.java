package io.github.tiltbench.engine.image;

import java.util.Arrays;

/**
 * Images of one size on their way to a network: resized, cropped, normalised.
 *
 * <p>Images have three channels, one after the other, with values from 0 to 1.
 */
public final class PixelValues {
  private static final int CHANNELS = 3;
  private static final int LEVELS = 255;

  private final Resize resize;
  private final boolean bytes;
  private final float[] mean;
  private final float[] deviation;

  PixelValues(Resize resize, boolean bytes, float[] mean, float[] deviation) {
    this.resize = resize;
    this.bytes = bytes;
    this.mean = mean.clone();
    this.deviation = deviation.clone();
  }

  /** What the network sees of an image; NaN everywhere if the image has a value that is none. */
  public float[] of(double[] image) {
    int in = resize.rows().in() * resize.columns().in();
    int out = resize.rows().out() * resize.columns().out();
    float[] pixels = new float[CHANNELS * out];
    if (Arrays.stream(image).anyMatch(Double::isNaN)) {
      Arrays.fill(pixels, Float.NaN);
      return pixels;
    }
    for (int c = 0; c < CHANNELS; c++) {
      double[] channel = Arrays.copyOfRange(image, c * in, (c + 1) * in);
      double[] resized = bytes ? ofBytes(channel) : resize.of(channel);
      for (int i = 0; i < out; i++) {
        pixels[c * out + i] = (float) ((resized[i] - mean[c]) / deviation[c]);
      }
    }
    return pixels;
  }

  private double[] ofBytes(double[] channel) {
    int[] levels = Arrays.stream(channel).mapToInt(v -> (int) Math.rint(LEVELS * v)).toArray();
    return Arrays.stream(resize.ofBytes(levels)).mapToDouble(v -> v / (double) LEVELS).toArray();
  }

  /**
   * The gradient in an image, given that in what the network sees of it.
   *
   * @throws UnsupportedOperationException if images become bytes
   */
  public double[] pullback(float[] gradient) {
    if (bytes) {
      throw new UnsupportedOperationException("bytes have no gradient");
    }
    int in = resize.rows().in() * resize.columns().in();
    int out = resize.rows().out() * resize.columns().out();
    double[] image = new double[CHANNELS * in];
    for (int c = 0; c < CHANNELS; c++) {
      double[] resized = new double[out];
      for (int i = 0; i < out; i++) {
        resized[i] = gradient[c * out + i] / (double) deviation[c];
      }
      System.arraycopy(resize.pullback(resized), 0, image, c * in, in);
    }
    return image;
  }
}
