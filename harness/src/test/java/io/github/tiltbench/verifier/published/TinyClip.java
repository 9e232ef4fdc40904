package io.github.tiltbench.verifier.published;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.StatedWeights;
import io.github.tiltbench.engine.published.Weight;
import io.github.tiltbench.engine.published.transformer.ClipNames;
import io.github.tiltbench.engine.published.transformer.ImageTower;
import io.github.tiltbench.engine.published.transformer.Mlp;
import io.github.tiltbench.engine.published.transformer.OpenaiWeights;
import io.github.tiltbench.engine.published.transformer.TextTower;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Folders of a small CLIP model whose weights follow from their names. */
public final class TinyClip {
  /** Features of the embedding. */
  public static final int PROJECTION = 16;

  /** Side of the images. */
  public static final int SIDE = 16;

  static final TextTower TEXT =
      new TextTower(720, 77, 24, 3, 48, 2, Mlp.QUICK_GELU, 1e-5, OptionalInt.of(PROJECTION));
  static final ImageTower IMAGES =
      new ImageTower(SIDE, 4, 32, 4, 64, 2, Mlp.QUICK_GELU, 1e-5, PROJECTION);
  static final double LOGIT_SCALE = 1.5;
  static final String PROJECTION_KEY = "visual_projection.weight";

  private static final String CONFIG =
      """
      {
        "model_type": "clip",
        "projection_dim": 16,
        "text_config": {
          "bad_words_ids": null,
          "hidden_act": "quick_gelu",
          "hidden_size": 24,
          "intermediate_size": 48,
          "num_attention_heads": 3,
          "num_hidden_layers": 2,
          "projection_dim": 512,
          "vocab_size": 720
        },
        "vision_config": {
          "hidden_size": 32,
          "image_size": 16,
          "intermediate_size": 64,
          "num_attention_heads": 4,
          "num_hidden_layers": 2,
          "patch_size": 4
        }
      }
      """;

  private static final String OPEN_CONFIG =
      """
      {
        "model_cfg": {
          "embed_dim": 16,
          "quick_gelu": true,
          "vision_cfg": {
            "image_size": 16, "layers": 2, "width": 32, "head_width": 8, "patch_size": 4,
            "mlp_ratio": 2.0
          },
          "text_cfg": {"vocab_size": 720, "width": 24, "heads": 3, "layers": 2}
        },
        "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073]}
      }
      """;

  private TinyClip() {}

  /** The weights, by the keys of transformers. */
  static SortedMap<String, Tensor.Floats> weights() {
    SortedMap<String, Tensor.Floats> weights = new TreeMap<>();
    for (PublishedNetwork network :
        List.of(IMAGES.embedding(ClipNames.TRANSFORMERS), TEXT.embedding(ClipNames.TRANSFORMERS))) {
      for (Weight weight : network.weights()) {
        weights.put(weight.key(), new StatedWeights(1).of(weight.key(), weight.shape()));
      }
    }
    negate(weights, PROJECTION_KEY); // so that most cosines are positive
    weights.put(
        ClipNames.LOGIT_SCALE, new Tensor.Floats(new float[] {(float) LOGIT_SCALE}, new long[0]));
    return weights;
  }

  /** Turns the signs of a weight. */
  static void negate(Map<String, Tensor.Floats> weights, String key) {
    float[] data = weights.get(key).data();
    for (int i = 0; i < data.length; i++) {
      data[i] = -data[i];
    }
  }

  /** A folder as of transformers, with a tokenizer. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    save(folder, "model.safetensors", weights());
    for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
      Files.writeString(folder.resolve(file), Files.readString(tokenizer().resolve(file)));
    }
    return folder;
  }

  /** The same model as of open_clip, whose MLPs of texts are twice as wide, without a tokenizer. */
  public static Path writeOpen(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("open_clip_config.json"), OPEN_CONFIG);
    SortedMap<String, Tensor.Floats> weights = OpenaiWeights.of(weights());
    weights.replaceAll(
        (key, value) ->
            key.startsWith("transformer.") && key.contains(".mlp.")
                ? new StatedWeights(1).of(key, wide(key, value.shape()))
                : value);
    save(folder, "open_clip_model.safetensors", weights);
    return folder;
  }

  private static long[] wide(String key, long[] shape) {
    long[] wide = shape.clone();
    if (key.contains("c_fc")) {
      wide[0] *= 2;
    } else if (wide.length == 2) {
      wide[1] *= 2;
    }
    return wide;
  }

  static void save(Path folder, String file, SortedMap<String, Tensor.Floats> weights)
      throws IOException {
    new Safetensors(weights, Map.of()).write(folder.resolve(file));
  }

  /** The folder of its tokenizer. */
  static Path tokenizer() {
    try {
      return Path.of(TinyClip.class.getResource("/sd/tiny-tokenizer").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A head of five linear layers for its embeddings, or of layers at other places. */
  public static Path writeHead(Path file, int... places) throws IOException {
    long[] widths = {PROJECTION, 12, 8, 6, 4, 1};
    SortedMap<String, Tensor.Floats> head = new TreeMap<>();
    for (int i = 0; i < places.length; i++) {
      String key = "layers." + places[i] + ".";
      head.put(key + "weight", new StatedWeights(1).of(key + "weight", widths[i + 1], widths[i]));
      head.put(key + "bias", new StatedWeights(1).of(key + "bias", widths[i + 1]));
    }
    new Safetensors(head, Map.of()).write(file);
    return file;
  }
}
