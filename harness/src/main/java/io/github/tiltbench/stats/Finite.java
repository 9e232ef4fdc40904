package io.github.tiltbench.stats;

import java.util.Arrays;

/** The one check on input: numbers must be finite, and there must be some. */
final class Finite {
  private Finite() {}

  /**
   * Returns the argument.
   *
   * @throws IllegalArgumentException if it is empty or holds NaN or an infinity
   */
  static double[] require(double... x) {
    if (x.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    for (int i = 0; i < x.length; i++) {
      if (!Double.isFinite(x[i])) {
        throw new IllegalArgumentException(
            "value " + (i + 1) + " of " + x.length + " is " + x[i] + "; values must be finite");
      }
    }
    return x;
  }

  /**
   * Returns the argument, whose values may be minus infinity: what is inadmissible.
   *
   * @throws IllegalArgumentException if it is empty or holds NaN or plus infinity
   */
  static double[] requireScores(double... x) {
    for (double v : x) {
      if (!Double.isFinite(v) && v != Double.NEGATIVE_INFINITY) {
        require(Arrays.stream(x).map(s -> s == Double.NEGATIVE_INFINITY ? 0 : s).toArray());
      }
    }
    return x.length == 0 ? require(x) : x;
  }

  /** Returns p if it is strictly between 0 and 1. */
  static double probability(double p) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException("probability must be in (0, 1), not " + p);
    }
    return p;
  }
}
