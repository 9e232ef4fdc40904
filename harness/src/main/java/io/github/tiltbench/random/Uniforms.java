package io.github.tiltbench.random;

/** Uniforms of (0, 1), ends excluded, by index; the same index always gives the same number. */
@FunctionalInterface
public interface Uniforms {
  /** The uniform at an index of at least zero. */
  double at(int index);
}
