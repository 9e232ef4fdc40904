package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;

/**
 * One number about the samples of a cell, held against something.
 *
 * @param <R> what they are held against
 */
public interface Distance<R> {
  /** Its name in tables, lower case. */
  String name();

  /** The number with its interval, or why there is none; a pure function of its arguments. */
  Estimate estimate(Cloud cloud, R reference, double level);
}
