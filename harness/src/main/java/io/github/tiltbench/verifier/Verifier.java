package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;

/** Scores clean states; an instance is used by one thread at a time. */
public interface Verifier extends AutoCloseable {
  /**
   * One score a row, larger is better: finite, or minus infinity for a sample that is not
   * admissible at all and has no place in the target law; never NaN or plus infinity.
   *
   * @param clean clean states
   * @param condition what each row was asked to be
   */
  double[] score(Batch clean, Condition[] condition);

  /**
   * Whether a row costs less in a call of many than in a call of few; only then is it worth while
   * to hold trials in lockstep.
   */
  default boolean batched() {
    return false;
  }

  /** Whether {@link #gradient} works. */
  default boolean differentiable() {
    return false;
  }

  /** Scores with their gradients in the clean states. */
  default Gradient gradient(Batch.Reals clean, Condition[] condition) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " has no gradient");
  }

  @Override
  default void close() {}

  /**
   * Scores and gradients.
   *
   * @param score one a row
   * @param gradient of each row's score in that row's state; finite, also where the score is not
   */
  record Gradient(double[] score, Batch.Reals gradient) {}
}
