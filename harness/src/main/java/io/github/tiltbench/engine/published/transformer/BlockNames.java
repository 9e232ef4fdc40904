package io.github.tiltbench.engine.published.transformer;

import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint calls the parts of a block, behind the name of the block.
 *
 * @param norm1 normalisation before attention
 * @param projections of queries, keys and values, one for each or one for all, up to {@code weight}
 *     or {@code bias}
 * @param out projection of what attention gives
 * @param norm2 normalisation before the map of each token
 * @param first first linear map of each token
 * @param second second linear map of each token
 * @param scales factors of each feature behind attention and behind the second map, if there are
 */
record BlockNames(
    String norm1,
    List<String> projections,
    String out,
    String norm2,
    String first,
    String second,
    Optional<List<String>> scales) {

  static final BlockNames CLIP =
      new BlockNames(
          "layer_norm1",
          List.of("self_attn.q_proj.", "self_attn.k_proj.", "self_attn.v_proj."),
          "self_attn.out_proj",
          "layer_norm2",
          "mlp.fc1",
          "mlp.fc2",
          Optional.empty());

  static final BlockNames OPENAI =
      new BlockNames(
          "ln_1",
          List.of("attn.in_proj_"),
          "attn.out_proj",
          "ln_2",
          "mlp.c_fc",
          "mlp.c_proj",
          Optional.empty());

  static final BlockNames DINOV2 =
      new BlockNames(
          "norm1",
          List.of(
              "attention.attention.query.",
              "attention.attention.key.",
              "attention.attention.value."),
          "attention.output.dense",
          "norm2",
          "mlp.fc1",
          "mlp.fc2",
          Optional.of(List.of("layer_scale1.lambda1", "layer_scale2.lambda1")));

  static final BlockNames DINOV2_ORIGINAL =
      new BlockNames(
          "norm1",
          List.of("attn.qkv."),
          "attn.proj",
          "norm2",
          "mlp.fc1",
          "mlp.fc2",
          Optional.of(List.of("ls1.gamma", "ls2.gamma")));

  /** The same with other names of the maps of each token. */
  BlockNames maps(String first, String second) {
    return new BlockNames(norm1, projections, out, norm2, first, second, scales);
  }
}
