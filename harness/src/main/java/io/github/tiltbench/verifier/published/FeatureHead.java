package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Condition;

/** What makes a score of the features of an image. */
interface FeatureHead extends AutoCloseable {
  /** The score. */
  double score(float[] features, Condition condition);

  /** The gradient of the score in the features. */
  float[] slope(float[] features, Condition condition);

  @Override
  default void close() {}
}
