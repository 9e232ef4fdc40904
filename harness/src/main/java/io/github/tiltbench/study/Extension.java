package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.config.CatalogueEntry;
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
  default List<CatalogueEntry<Algorithm>> algorithms() {
    return List.of();
  }

  /** Verifiers to add. */
  default List<CatalogueEntry<VerifierSpec>> verifiers() {
    return List.of();
  }

  /** Models to add. */
  default List<CatalogueEntry<ModelSpec>> models() {
    return List.of();
  }
}
