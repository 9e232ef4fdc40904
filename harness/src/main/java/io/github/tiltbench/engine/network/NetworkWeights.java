package io.github.tiltbench.engine.network;

import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.TensorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weights in a model's folder as they were when it was named; no others are loaded.
 *
 * @param folder the model's folder
 * @param file {@value TrainedNetwork#FILE} in it
 * @param description all but the weights; it does not load
 */
public record NetworkWeights(Path folder, TensorFile file, TrainedNetwork description)
    implements Pinned {
  /** Those in a folder. */
  public static NetworkWeights of(Path folder) {
    TensorFile file = TensorFile.of(folder.resolve(TrainedNetwork.FILE));
    return new NetworkWeights(
        folder, file, network(file, new Safetensors(new TreeMap<>(), file.metadata())));
  }

  /** The network, with its weights. */
  public TrainedNetwork open() {
    return network(file, file.open());
  }

  private static TrainedNetwork network(TensorFile file, Safetensors content) {
    try {
      return TrainedNetwork.of(file.file(), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> digests() {
    return Map.of(TrainedNetwork.FILE, file.sha256());
  }
}
