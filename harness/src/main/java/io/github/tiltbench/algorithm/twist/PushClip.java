package io.github.tiltbench.algorithm.twist;

/** How far a learned push may move a particle in a step. */
final class PushClip {
  /** Longest push, in standard deviations of the step and Euclidean length. */
  static final double DEVIATIONS = 3;

  private PushClip() {}

  /** Shortens the rows that are longer than a length. */
  static void cut(double[] rows, int width, double longest) {
    for (int from = 0; from < rows.length; from += width) {
      double squares = 0;
      for (int i = from; i < from + width; i++) {
        squares += rows[i] * rows[i];
      }
      double length = Math.sqrt(squares);
      for (int i = from; length > longest && i < from + width; i++) {
        rows[i] *= longest / length;
      }
    }
  }
}
