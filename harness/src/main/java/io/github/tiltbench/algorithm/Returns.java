package io.github.tiltbench.algorithm;

/** What a population method hands back. */
public enum Returns {
  /** One draw from each of {@code count} independent populations that share the budget. */
  ONE,
  /** {@code count} members of a single population that has the whole budget. */
  ALL
}
