package io.github.tiltbench.metric;

/** What a metric reads of a trial. */
public sealed interface Input {
  /** The scores of its samples, by the target verifier or by another. */
  record Scores() implements Input {}

  /**
   * One diagnostic number of the algorithm.
   *
   * @param key its name among the scalars of a trial
   */
  record Scalar(String key) implements Input {}

  /**
   * A diagnostic of the algorithm along the levels T..0.
   *
   * @param key its name among the traces of a trial
   */
  record Trace(String key) implements Input {}

  /** Its wall time a returned sample, in seconds. */
  record WallTime() implements Input {}
}
