package io.github.tiltbench.engine.image;

/** What an interpolated pixel is made of, as a function of the distance. */
public enum Kernel {
  /** A triangle over one pixel to either side. */
  BILINEAR(1) {
    @Override
    double at(double distance, boolean antialias) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },
  /** Keys' cubic over two pixels to either side, a = -1/2 with antialiasing and -3/4 without. */
  BICUBIC(2) {
    @Override
    double at(double distance, boolean antialias) {
      double a = antialias ? -0.5 : -0.75;
      double x = Math.abs(distance);
      if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
      }
      return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0;
    }
  };

  private final int support;

  Kernel(int support) {
    this.support = support;
  }

  /** How far it reaches, in pixels. */
  int support() {
    return support;
  }

  /** Its value at a distance in pixels. */
  abstract double at(double distance, boolean antialias);
}
