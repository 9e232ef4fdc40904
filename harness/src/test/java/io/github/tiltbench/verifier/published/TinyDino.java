package io.github.tiltbench.verifier.published;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** The reference's small DINOv2 with a classifier of seven classes. */
public final class TinyDino {
  private static final String WEIGHT = "weight.";

  private static final String CONFIG =
      """
      {"model_type": "dinov2", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
       "mlp_ratio": 2, "image_size": 20, "patch_size": 4, "layer_norm_eps": 1e-6,
       "hidden_act": "gelu", "id2label": {"0": "tench", "1": "shark", "2": "ray", "3": "cock",
       "4": "hen", "5": "ostrich", "6": "finch"}}
      """;

  private TinyDino() {}

  /** Its weights, what it was given and what it gave. */
  static SortedMap<String, Tensor.Floats> golden() throws IOException {
    try {
      return Safetensors.read(
              Path.of(TinyDino.class.getResource("/verifiers/dinov2-tiny.safetensors").toURI()))
          .tensors();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its weights, by the keys of transformers. */
  static SortedMap<String, Tensor.Floats> weights() throws IOException {
    SortedMap<String, Tensor.Floats> weights = new TreeMap<>();
    golden()
        .forEach(
            (key, value) -> {
              if (key.startsWith(WEIGHT)) {
                weights.put(key.substring(WEIGHT.length()), value);
              }
            });
    return weights;
  }

  /** A folder as of transformers. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    TinyClip.save(folder, "model.safetensors", weights());
    return folder;
  }
}
