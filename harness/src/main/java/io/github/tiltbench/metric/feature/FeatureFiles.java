package io.github.tiltbench.metric.feature;

import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ReferenceSet;
import io.github.tiltbench.engine.network.TrainedNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A classifier's weights and its reference set as they were when they were named; no others are
 * loaded.
 *
 * @param weights the network
 * @param reference features of real data
 */
public record FeatureFiles(NetworkWeights weights, TensorFile reference) implements Pinned {
  /** Those in a folder. */
  public static FeatureFiles of(Path folder) {
    if (!ReferenceSet.exists(folder)) {
      throw new IllegalArgumentException(
          folder + " has no " + ReferenceSet.FILE + ": make it with tiltbench train --reference");
    }
    return new FeatureFiles(
        NetworkWeights.of(folder), TensorFile.of(folder.resolve(ReferenceSet.FILE)));
  }

  NetworkExtractor open() {
    ReferenceSet set = ReferenceSet.of(reference.file(), reference.open());
    return new NetworkExtractor(weights.folder().getFileName().toString(), weights, set);
  }

  List<Path> files() {
    return List.of(weights.file().file(), reference.file());
  }

  @Override
  public Map<String, String> digests() {
    return Map.of(
        TrainedNetwork.FILE, weights.file().sha256(), ReferenceSet.FILE, reference.sha256());
  }
}
