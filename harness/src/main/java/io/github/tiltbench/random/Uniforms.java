package io.github.tiltbench.random;

import java.util.Arrays;

/** Uniforms of (0, 1), ends excluded, by index; the same index always gives the same number. */
@FunctionalInterface
public interface Uniforms {
  /** The uniform at an index of at least zero. */
  double at(int index);

  /** The uniforms at 0, 1, ..., {@code count - 1}; cheaper than one at a time. */
  default double[] first(int count) {
    double[] u = new double[count];
    Arrays.setAll(u, this::at);
    return u;
  }
}
