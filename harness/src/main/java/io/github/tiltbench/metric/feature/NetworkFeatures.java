package io.github.tiltbench.metric.feature;

import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.network.ClassNetwork;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ReferenceSet;
import io.github.tiltbench.verifier.Classifier;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code kind: network}: the input of the last layer of a trained classifier, standardised by its
 * training images.
 *
 * @param path folder of its weights and of its reference set
 */
public record NetworkFeatures(NetworkWeights path) implements FeatureSpec {
  /** Refuses a network that is no classifier and one without a reference set. */
  public NetworkFeatures {
    if (!(path.description().architecture() instanceof ClassNetwork)) {
      throw new IllegalArgumentException("path must be the folder of a classifier");
    }
    if (!ReferenceSet.exists(path.folder())) {
      throw new IllegalArgumentException(
          "path has no " + ReferenceSet.FILE + ": make it with tiltbench train --reference");
    }
  }

  /** The name of the folder. */
  @Override
  public String name() {
    return path.folder().getFileName().toString();
  }

  @Override
  public boolean sees(StateSpace space) {
    return new StateSpace.Euclidean(path.description().item()).equals(space);
  }

  /** The network, whatever of it is read. */
  @Override
  public String family() {
    return Classifier.of(path, Classifier.Output.LOG_PROBABILITY).family();
  }

  @Override
  public Extractor open() {
    return new NetworkExtractor(name(), path, ReferenceSet.read(path.folder()));
  }

  @Override
  public List<Path> files() {
    return List.of(path.file().file(), path.folder().resolve(ReferenceSet.FILE));
  }
}
