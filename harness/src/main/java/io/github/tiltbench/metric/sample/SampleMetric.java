package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;

/** One number about the samples of a cell, by themselves. */
public interface SampleMetric {
  /** Its name in tables, lower case; the name of the feature space is put behind it. */
  String name();

  /** Whether the points it reads are class probabilities instead of features. */
  default boolean ofProbabilities() {
    return false;
  }

  /** The number with its interval, or why there is none; a pure function of its arguments. */
  Estimate estimate(Cloud cloud, double level);
}
