package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.FileNote;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedConfig;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The U-Net of unconditional models of pixels, such as DDPM's: {@code forward(x, t)} with x (B, C,
 * H, W) and t (B) training time-steps as floats.
 *
 * <p>The components are keys of its {@code config.json}.
 *
 * @param attentionHeadDim the width of a head; none means one head as wide as its level
 * @param addAttention whether the middle attends
 */
@FileNote(key = "_class_name", known = "UNet2DModel")
public record UNet2DModel(
    OptionalInt sampleSize,
    int inChannels,
    int outChannels,
    boolean centerInputSample,
    boolean flipSinToCos,
    double freqShift,
    List<String> downBlockTypes,
    List<String> upBlockTypes,
    List<Integer> blockOutChannels,
    List<Integer> layersPerBlock,
    int downsamplePadding,
    int normNumGroups,
    double normEps,
    OptionalInt attentionHeadDim,
    boolean addAttention,
    OptionalInt timeEmbeddingDim)
    implements DenoisingUnet {
  private static final List<String> NULL = List.of("null");

  private static final PublishedConfig<UNet2DModel> CONFIG =
      new PublishedConfig<>(
          CatalogueEntry.bare(
              "UNet2DModel",
              UNet2DModel.class,
              Map.of(
                  "in_channels",
                  3,
                  "out_channels",
                  3,
                  "center_input_sample",
                  false,
                  "flip_sin_to_cos",
                  true,
                  "freq_shift",
                  0.0,
                  "downsample_padding",
                  1,
                  "norm_num_groups",
                  32,
                  "norm_eps",
                  1e-5,
                  "attention_head_dim",
                  OptionalInt.of(8),
                  "add_attention",
                  true)),
          Map.of(
              "time_embedding_type", List.of("positional"),
              "mid_block_scale_factor", List.of("1", "1.0"),
              "mid_block_type", List.of("UNetMidBlock2D"),
              "downsample_type", List.of("conv"),
              "upsample_type", List.of("conv"),
              "act_fn", List.of("silu", "swish"),
              "resnet_time_scale_shift", List.of("default"),
              "attn_norm_num_groups", NULL,
              "class_embed_type", NULL,
              "num_class_embeds", NULL),
          Set.of("dropout", "num_train_timesteps"),
          "block_out_channels",
          Map.of("layers_per_block", 2));

  /** Refuses sizes that do not fit together. */
  public UNet2DModel {
    downBlockTypes = List.copyOf(downBlockTypes);
    upBlockTypes = List.copyOf(upBlockTypes);
    blockOutChannels = List.copyOf(blockOutChannels);
    layersPerBlock = List.copyOf(layersPerBlock);
    UNetLevels levels =
        levels(blockOutChannels, layersPerBlock, downBlockTypes, upBlockTypes, downsamplePadding);
    levels.check(normNumGroups);
    if (attentionHeadDim.isPresent()) {
      int head = attentionHeadDim.getAsInt();
      Architecture.requireSize("attentionHeadDim", head);
      for (int width : levels.attending(addAttention)) {
        if (width % head != 0) {
          throw new IllegalArgumentException(
              "attentionHeadDim must divide block_out_channels but is " + head + " at " + width);
        }
      }
    }
    Architecture.requireSize("inChannels", inChannels);
    if (outChannels != inChannels) {
      throw new IllegalArgumentException(
          "outChannels must be in_channels, "
              + inChannels
              + ", but is "
              + outChannels
              + ": models that put out a variance are not built here");
    }
  }

  /**
   * The network that a {@code config.json} describes.
   *
   * @throws io.github.tiltbench.config.ConfigException at a key for which none is built here
   */
  public static UNet2DModel of(Node config) {
    return CONFIG.read(config);
  }

  private static UNetLevels levels(
      List<Integer> widths, List<Integer> layers, List<String> down, List<String> up, int padding) {
    return new UNetLevels(
        widths,
        layers,
        UNetLevels.attends("downBlockTypes", down, "DownBlock2D", "AttnDownBlock2D"),
        UNetLevels.attends("upBlockTypes", up, "UpBlock2D", "AttnUpBlock2D"),
        padding);
  }

  @Override
  public PublishedNetwork network() {
    PublishedScript script = new PublishedScript("UNet2DModel", UNetBlocks::formerly);
    UNetBlocks blocks = new UNetBlocks(script, normNumGroups, normEps);
    int first = blockOutChannels.get(0);
    int timeWidth = timeEmbeddingDim.orElse(4 * first);
    script.weight("conv_in.weight", first, inChannels, 3, 3);
    String time =
        blocks.embedding(
            "time_embedding",
            script.sinusoid("t", first, flipSinToCos, freqShift),
            first,
            timeWidth);
    String x = centerInputSample ? script.let("torch.sub(torch.mul(x, 2.), 1.)") : "x";
    String h = script.conv("conv_in", script.cast(x), inChannels, first, 3, 1, 1);
    UNetLevels.Attention attention =
        (key, value, level) -> {
          int width = blockOutChannels.get(level);
          return blocks.spatial(key, value, width, attentionHeadDim.orElse(width));
        };
    h =
        levels(blockOutChannels, layersPerBlock, downBlockTypes, upBlockTypes, downsamplePadding)
            .write(
                blocks,
                h,
                script.silu(time),
                timeWidth,
                attention,
                addAttention ? attention : (key, value, level) -> value);
    h = blocks.leave("conv_norm_out", "conv_out", h, first, outChannels);
    return script.network("x: Tensor,\n    t: Tensor", h);
  }
}
