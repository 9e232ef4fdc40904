package io.github.tiltbench.metric.feature;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.metric.sample.Reference;
import java.util.Optional;

/** Turns samples into points of a feature space; for one thread at a time. */
public interface Extractor extends AutoCloseable {
  /** The name of the space in tables. */
  String name();

  /**
   * The features of some samples.
   *
   * @throws IllegalArgumentException if it does not know samples of this kind
   */
  Features of(Batch samples);

  /** Real data in the same space, if there is any. */
  default Optional<Reference> reference() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
