package io.github.tiltbench.benchmarks.device;

import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.engine.published.diffusers.UNet2DConditionModel;

/** A U-Net by its size. */
public enum UNetSize {
  /** That of Stable Diffusion 1.5: 860 million parameters, images of 512 x 512. */
  SD15("[320, 640, 1280, 1280]", 768, 64, 77, 64),
  /** One of the same layers that any machine runs in no time. */
  TINY("[32, 32, 32, 32]", 32, 8, 7, 4);

  private final String widths;
  private final int context;

  /** Height and width of the latent. */
  final int side;

  /** Tokens of a prompt. */
  final int tokens;

  /** Rows of the largest call. */
  final int most;

  UNetSize(String widths, int context, int side, int tokens, int most) {
    this.widths = widths;
    this.context = context;
    this.side = side;
    this.tokens = tokens;
    this.most = most;
  }

  /** Features of a token. */
  int context() {
    return context;
  }

  /** The network. */
  UNet2DConditionModel model() {
    return UNet2DConditionModel.of(
        JsonTree.parse(
            name(),
            1,
            """
            {"_class_name": "UNet2DConditionModel", "act_fn": "silu", "attention_head_dim": 8,
             "block_out_channels": %s, "cross_attention_dim": %d,
             "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D",
              "CrossAttnDownBlock2D", "DownBlock2D"],
             "flip_sin_to_cos": true, "freq_shift": 0, "in_channels": 4, "layers_per_block": 2,
             "norm_num_groups": 32, "out_channels": 4, "sample_size": %d,
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D",
              "CrossAttnUpBlock2D"]}"""
                .formatted(widths, context, side)));
  }
}
