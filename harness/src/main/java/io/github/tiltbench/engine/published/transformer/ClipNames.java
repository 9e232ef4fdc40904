package io.github.tiltbench.engine.published.transformer;

import java.util.Set;

/** What a checkpoint calls the parts of a CLIP model. */
public enum ClipNames {
  /** Hugging Face's transformers. */
  TRANSFORMERS(
      BlockNames.CLIP,
      "text_model.embeddings.token_embedding.weight",
      "text_model.embeddings.position_embedding.weight",
      "text_model.encoder.layers.",
      "text_model.final_layer_norm",
      "text_projection.weight",
      "vision_model.embeddings.patch_embedding.weight",
      "vision_model.embeddings.class_embedding",
      "vision_model.embeddings.position_embedding.weight",
      "vision_model.pre_layrnorm",
      "vision_model.encoder.layers.",
      "vision_model.post_layernorm",
      "visual_projection.weight"),
  /** openai/CLIP and open_clip, whose projections are transposed. */
  OPENAI(
      BlockNames.OPENAI,
      "token_embedding.weight",
      "positional_embedding",
      "transformer.resblocks.",
      "ln_final",
      "text_projection",
      "visual.conv1.weight",
      "visual.class_embedding",
      "visual.positional_embedding",
      "visual.ln_pre",
      "visual.transformer.resblocks.",
      "visual.ln_post",
      "visual.proj");

  /** The trained factor of cosines, as its logarithm. */
  public static final String LOGIT_SCALE = "logit_scale";

  @SuppressWarnings("ImmutableEnumChecker") // its lists are copies
  final BlockNames block;

  final String tokens;
  final String tokenPositions;
  final String textBlocks;
  final String textNorm;
  final String textProjection;
  final String patches;
  final String classToken;
  final String patchPositions;
  final String imageNorm;
  final String imageBlocks;
  final String imageEndNorm;
  final String imageProjection;

  ClipNames(
      BlockNames block,
      String tokens,
      String tokenPositions,
      String textBlocks,
      String textNorm,
      String textProjection,
      String patches,
      String classToken,
      String patchPositions,
      String imageNorm,
      String imageBlocks,
      String imageEndNorm,
      String imageProjection) {
    this.block = block;
    this.tokens = tokens;
    this.tokenPositions = tokenPositions;
    this.textBlocks = textBlocks;
    this.textNorm = textNorm;
    this.textProjection = textProjection;
    this.patches = patches;
    this.classToken = classToken;
    this.patchPositions = patchPositions;
    this.imageNorm = imageNorm;
    this.imageBlocks = imageBlocks;
    this.imageEndNorm = imageEndNorm;
    this.imageProjection = imageProjection;
  }

  /** Whose names the keys of a checkpoint are. */
  public static ClipNames of(Set<String> keys) {
    return keys.contains(OPENAI.classToken) || keys.contains(OPENAI.tokens) ? OPENAI : TRANSFORMERS;
  }

  /** Whether a key belongs to the tower of images; of a whole model the rest is the text's. */
  public boolean ofImages(String key) {
    return this == OPENAI
        ? key.startsWith("visual.")
        : key.startsWith("vision_model.") || key.equals(imageProjection);
  }
}
