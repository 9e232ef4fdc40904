package io.github.tiltbench.verifier.jpeg;

/** RGB to luminance and chrominance in 16-bit fixed point (JFIF 1.02, rounded as in libjpeg). */
final class Colour {
  private static final int HALF = 1 << 15;
  private static final int CENTRE = (128 << 16) + HALF - 1;

  private Colour() {}

  /** The samples as they are. */
  static void gray(byte[] samples, int[] gray) {
    for (int i = 0; i < gray.length; i++) {
      gray[i] = samples[i] & 0xFF;
    }
  }

  /** Luminance, blue difference and red difference of planar samples. */
  static void convert(byte[] rgb, int[][] ycc) {
    int area = rgb.length / 3;
    for (int i = 0; i < area; i++) {
      int r = rgb[i] & 0xFF;
      int g = rgb[area + i] & 0xFF;
      int b = rgb[2 * area + i] & 0xFF;
      ycc[0][i] = (fix(0.29900) * r + fix(0.58700) * g + fix(0.11400) * b + HALF) >> 16;
      ycc[1][i] = (fix(0.50000) * b - fix(0.16874) * r - fix(0.33126) * g + CENTRE) >> 16;
      ycc[2][i] = (fix(0.50000) * r - fix(0.41869) * g - fix(0.08131) * b + CENTRE) >> 16;
    }
  }

  private static int fix(double factor) {
    return (int) (factor * 65536 + 0.5);
  }
}
