package io.github.tiltbench.verifier.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.published.transformer.DinoNames;
import io.github.tiltbench.engine.published.transformer.Dinov2Config;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder of a published DINOv2 as it was when it was named: {@code model.safetensors}, with a
 * {@code config.json} if the weights have the names of transformers.
 *
 * @param folder where the files lie
 * @param config the network
 * @param names what the weights are called
 * @param checkpoint the weights
 * @param digests of the files read
 */
public record DinoFolder(
    Path folder,
    Dinov2Config config,
    DinoNames names,
    Checkpoint checkpoint,
    SortedMap<String, String> digests)
    implements Pinned {
  private static final String CONFIG = "config.json";

  /**
   * The model in a folder.
   *
   * @throws IllegalArgumentException in one line that names what is missing, wrong or too much
   */
  public static DinoFolder of(Path folder) {
    PublishedFolder published = PublishedFolder.of(folder);
    Checkpoint checkpoint = Checkpoint.of(published, "model", Optional.empty());
    DinoNames names = DinoNames.of(checkpoint.tensors().keySet());
    SortedMap<String, String> digests = new TreeMap<>(checkpoint.digests());
    if (names == DinoNames.TRANSFORMERS) {
      byte[] config = published.read(CONFIG);
      digests.put(CONFIG, Digests.sha256(config));
      return new DinoFolder(
          folder, Dinov2Config.of(published.json(CONFIG)), names, checkpoint, digests);
    }
    Map<String, long[]> shapes = new HashMap<>();
    checkpoint.tensors().forEach((key, tensor) -> shapes.put(key, tensor.shape()));
    return new DinoFolder(folder, Dinov2Config.of(shapes), names, checkpoint, digests);
  }

  /** A name for the weights, whatever folder they lie in. */
  String family() {
    String digest = Digests.sha256(checkpoint.digests().toString().getBytes(UTF_8));
    return "DINOv2 " + digest.substring(0, 12);
  }

  /** Where it lies. */
  @Override
  public String toString() {
    return folder.toString();
  }
}
