package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.engine.Tensor;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Weights of CLIP as transformers holds them, as OpenAI and open_clip do. */
public final class OpenaiWeights {
  private OpenaiWeights() {}

  /** The same weights: queries, keys and values in one, projections transposed. */
  public static SortedMap<String, Tensor.Floats> of(Map<String, Tensor.Floats> weights) {
    SortedMap<String, Tensor.Floats> renamed = new TreeMap<>();
    weights.forEach(
        (key, value) -> {
          String name = name(key);
          if (key.contains("q_proj")) {
            renamed.put(
                name.replace("attn.q_proj.", "attn.in_proj_"),
                joined(
                    value,
                    weights.get(key.replace("q_proj", "k_proj")),
                    weights.get(key.replace("q_proj", "v_proj"))));
          } else if (key.endsWith("projection.weight")) {
            renamed.put(name, transposed(value));
          } else if (!key.contains("k_proj") && !key.contains("v_proj")) {
            renamed.put(name, value);
          }
        });
    return renamed;
  }

  private static String name(String key) {
    return key.replace("vision_model.embeddings.patch_embedding", "visual.conv1")
        .replace("vision_model.embeddings.class_embedding", "visual.class_embedding")
        .replace("vision_model.embeddings.position_embedding.weight", "visual.positional_embedding")
        .replace("vision_model.pre_layrnorm", "visual.ln_pre")
        .replace("vision_model.post_layernorm", "visual.ln_post")
        .replace("vision_model.encoder.layers", "visual.transformer.resblocks")
        .replace("visual_projection.weight", "visual.proj")
        .replace("text_model.embeddings.token_embedding", "token_embedding")
        .replace("text_model.embeddings.position_embedding.weight", "positional_embedding")
        .replace("text_model.encoder.layers", "transformer.resblocks")
        .replace("text_model.final_layer_norm", "ln_final")
        .replace("text_projection.weight", "text_projection")
        .replace("self_attn", "attn")
        .replace("layer_norm", "ln_")
        .replace("mlp.fc1", "mlp.c_fc")
        .replace("mlp.fc2", "mlp.c_proj");
  }

  /** Rows behind rows. */
  static Tensor.Floats joined(Tensor.Floats... parts) {
    float[] data = new float[parts.length * parts[0].data().length];
    for (int i = 0; i < parts.length; i++) {
      int size = parts[i].data().length;
      System.arraycopy(parts[i].data(), 0, data, i * size, size);
    }
    long[] shape = parts[0].shape().clone();
    shape[0] *= parts.length;
    return new Tensor.Floats(data, shape);
  }

  private static Tensor.Floats transposed(Tensor.Floats matrix) {
    int rows = (int) matrix.shape()[0];
    int columns = (int) matrix.shape()[1];
    float[] data = new float[rows * columns];
    for (int i = 0; i < data.length; i++) {
      data[i % columns * rows + i / columns] = matrix.data()[i];
    }
    return new Tensor.Floats(data, columns, rows);
  }
}
