package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.engine.Tensor;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Weights of DINOv2 as transformers holds them, as its authors do, without a classifier. */
public final class OriginalDinoWeights {
  private OriginalDinoWeights() {}

  /** The same weights: queries, keys and values in one. */
  public static SortedMap<String, Tensor.Floats> of(Map<String, Tensor.Floats> weights) {
    SortedMap<String, Tensor.Floats> renamed = new TreeMap<>();
    weights.forEach(
        (key, value) -> {
          String name = name(key);
          if (key.contains("query")) {
            renamed.put(
                name.replace("query", "qkv"),
                OpenaiWeights.joined(
                    value,
                    weights.get(key.replace("query", "key")),
                    weights.get(key.replace("query", "value"))));
          } else if (!key.contains(".key.")
              && !key.contains(".value.")
              && !key.startsWith("classifier")) {
            renamed.put(name, value);
          }
        });
    return renamed;
  }

  private static String name(String key) {
    return key.replace("dinov2.", "")
        .replace("embeddings.cls_token", "cls_token")
        .replace("embeddings.mask_token", "mask_token")
        .replace("embeddings.position_embeddings", "pos_embed")
        .replace("embeddings.patch_embeddings.projection", "patch_embed.proj")
        .replace("encoder.layer", "blocks")
        .replace("attention.attention", "attn")
        .replace("attention.output.dense", "attn.proj")
        .replace("layer_scale1.lambda1", "ls1.gamma")
        .replace("layer_scale2.lambda1", "ls2.gamma")
        .replace("mlp.weights_in", "mlp.w12")
        .replace("mlp.weights_out", "mlp.w3")
        .replace("layernorm", "norm");
  }
}
