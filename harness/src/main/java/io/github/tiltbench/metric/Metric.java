package io.github.tiltbench.metric;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TrialNumbers;

/** One number about a cell. */
public interface Metric {
  /** Its name in tables, lower case. */
  String name();

  /** What it reads. */
  Input input();

  /** The number with its interval, or why there is none; a pure function of its arguments. */
  Estimate estimate(TrialNumbers trials, Confidence confidence);
}
