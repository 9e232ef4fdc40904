package io.github.tiltbench.engine.published.transformer;

import java.util.Set;

/** What a checkpoint calls the parts of a DINOv2. */
public enum DinoNames {
  /** {@code Dinov2ForImageClassification} of transformers. */
  TRANSFORMERS(
      BlockNames.DINOV2,
      "dinov2.embeddings.cls_token",
      "dinov2.embeddings.position_embeddings",
      "dinov2.embeddings.patch_embeddings.projection",
      "dinov2.encoder.layer.",
      "dinov2.layernorm",
      "dinov2.embeddings.mask_token"),
  /** facebookresearch/dinov2. */
  ORIGINAL(
      BlockNames.DINOV2_ORIGINAL,
      "cls_token",
      "pos_embed",
      "patch_embed.proj",
      "blocks.",
      "norm",
      "mask_token");

  /** The layer from features to logits; the original keeps it in a file of its own. */
  public static final String CLASSIFIER = "classifier";

  @SuppressWarnings("ImmutableEnumChecker") // its lists are copies
  private final BlockNames block;

  final String classToken;
  final String positions;
  final String patches;
  final String blocks;
  final String norm;
  private final String mask;

  DinoNames(
      BlockNames block,
      String classToken,
      String positions,
      String patches,
      String blocks,
      String norm,
      String mask) {
    this.block = block;
    this.classToken = classToken;
    this.positions = positions;
    this.patches = patches;
    this.blocks = blocks;
    this.norm = norm;
    this.mask = mask;
  }

  /** Whose names the keys of a checkpoint are. */
  public static DinoNames of(Set<String> keys) {
    return keys.contains(ORIGINAL.classToken) ? ORIGINAL : TRANSFORMERS;
  }

  /** Whether a key is of no use here: training hides patches behind it. */
  public boolean unused(String key) {
    return key.equals(mask);
  }

  BlockNames block(boolean gated) {
    if (!gated) {
      return block;
    }
    return this == ORIGINAL
        ? block.maps("mlp.w12", "mlp.w3")
        : block.maps("mlp.weights_in", "mlp.weights_out");
  }
}
