package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.twist.TwistFamily;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.metric.feature.FeatureSpec;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.List;

/**
 * More names for the catalogues, from another jar.
 *
 * <p>Found by {@link java.util.ServiceLoader}: name the implementation in {@code
 * META-INF/services/io.github.tiltbench.study.Extension}. The digest of the jar is part of the key
 * of every cell that uses one of its names.
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

  /** Processes of real-valued states to add. */
  default List<CatalogueEntry<ProcessSpec.Gaussian>> gaussianProcesses() {
    return List.of();
  }

  /** Processes of masked sequences to add. */
  default List<CatalogueEntry<ProcessSpec.Masked>> maskedProcesses() {
    return List.of();
  }

  /** Families of twists to add, which an algorithm learns. */
  default List<CatalogueEntry<TwistFamily>> twists() {
    return List.of();
  }

  /** Extractors of features to add, by which samples are compared. */
  default List<CatalogueEntry<FeatureSpec>> features() {
    return List.of();
  }

  /** Families of metrics to add. */
  default List<MetricFamily> metrics() {
    return List.of();
  }

  /** Layouts of tables to add. */
  default List<Layout> layouts() {
    return List.of();
  }
}
