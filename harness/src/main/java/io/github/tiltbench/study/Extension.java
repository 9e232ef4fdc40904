package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.List;

/**
 * More names for the catalogues, from another jar.
 *
 * <p>Found by {@link java.util.ServiceLoader}: name the implementation in {@code
 * META-INF/services/io.github.tiltbench.study.Extension}.
 */
public interface Extension {
  /** Algorithms to add. */
  default List<Kind<Algorithm>> algorithms() {
    return List.of();
  }

  /** Verifiers to add. */
  default List<Kind<VerifierSpec>> verifiers() {
    return List.of();
  }

  /** Models to add. */
  default List<Kind<ModelSpec>> models() {
    return List.of();
  }
}
