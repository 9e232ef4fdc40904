package io.github.tiltbench.algorithm.search;

/** Which noises are near a noise: how a {@link ZeroOrder} search proposes the next ones. */
public enum Neighbourhood {
  /**
   * The same norm at a given cosine, in a random direction: a neighbour of normal noise is normal
   * noise exactly, until it is selected.
   */
  SPHERE {
    @Override
    void neighbour(double[] pivot, double cosine, double[] noise) {
      double squared = dot(pivot, pivot);
      double along = dot(noise, pivot) / squared;
      double across = 0;
      for (int i = 0; i < pivot.length; i++) {
        noise[i] -= along * pivot[i];
        across += noise[i] * noise[i];
      }
      double length = Math.sqrt((1 - cosine * cosine) * squared / across);
      for (int i = 0; i < pivot.length; i++) {
        noise[i] = cosine * pivot[i] + length * noise[i];
      }
    }
  },
  /** Autoregression {@code c pivot + sqrt(1 - c^2) noise}: the norm is kept in law. */
  AR1 {
    @Override
    void neighbour(double[] pivot, double cosine, double[] noise) {
      double fresh = Math.sqrt(1 - cosine * cosine);
      for (int i = 0; i < pivot.length; i++) {
        noise[i] = cosine * pivot[i] + fresh * noise[i];
      }
    }
  },
  /**
   * The pivot plus a vector of length {@code sqrt(2 d (1 - c))}, the distance at which sphere
   * neighbours stand: the squared norm grows by that length squared a move, off the shell on which
   * normal noise lies. There to show the failure.
   */
  EUCLID {
    @Override
    void neighbour(double[] pivot, double cosine, double[] noise) {
      double length = Math.sqrt(2 * pivot.length * (1 - cosine) / dot(noise, noise));
      for (int i = 0; i < pivot.length; i++) {
        noise[i] = pivot[i] + length * noise[i];
      }
    }
  };

  /**
   * Turns noise into a neighbour of a pivot, in place.
   *
   * @param cosine c, in (0, 1)
   * @param noise standard normals
   */
  abstract void neighbour(double[] pivot, double cosine, double[] noise);

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
