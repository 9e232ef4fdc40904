package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.diffusion.Batch;

/** What states on their way are worth, as a function that was learned or is known. */
public interface StateValue extends AutoCloseable {
  /** The value of each state of a level T-1..1. */
  double[] value(Batch x, int level);

  @Override
  default void close() {}
}
