package io.github.tiltbench.config;

/**
 * A part of a definition that stands in the key of a cell as something else than its components:
 * how long a program is waited for, say, changes no number.
 */
public interface Keyed {
  /** What of it defines numbers, for {@link Json}. */
  Object key();
}
