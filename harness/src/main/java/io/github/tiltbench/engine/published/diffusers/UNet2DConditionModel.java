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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The U-Net of Stable Diffusion 1, 2 and XL: {@code forward(x, t, ctx)} with x (B, C, H, W), t (B)
 * training time-steps as floats and ctx (B, tokens, {@code crossAttentionDim}), and with a {@code
 * text_time} embedding also {@code text_embeds} (B, features) and {@code time_ids} (B, 6), all
 * floats.
 *
 * <p>The components are keys of its {@code config.json}. Sides need not be multiples of anything.
 * {@code upcastAttention} says that the products of queries and keys are summed in single
 * precision, which the attention of the engine does in any case.
 *
 * @param attentionHeadDim the <em>number</em> of heads of each level, in spite of its name
 * @param additionEmbedType {@code text_time} or nothing
 * @param additionTimeEmbedDim features of each time id
 * @param projectionClassEmbeddingsInputDim features of text_embeds and time ids together
 */
@FileNote(key = "_class_name", known = "UNet2DConditionModel")
public record UNet2DConditionModel(
    OptionalInt sampleSize,
    int inChannels,
    int outChannels,
    boolean flipSinToCos,
    double freqShift,
    List<String> downBlockTypes,
    List<String> upBlockTypes,
    List<Integer> blockOutChannels,
    List<Integer> layersPerBlock,
    int downsamplePadding,
    int normNumGroups,
    double normEps,
    List<Integer> crossAttentionDim,
    List<Integer> transformerLayersPerBlock,
    List<Integer> attentionHeadDim,
    boolean useLinearProjection,
    boolean upcastAttention,
    Optional<String> additionEmbedType,
    OptionalInt additionTimeEmbedDim,
    OptionalInt projectionClassEmbeddingsInputDim,
    OptionalInt timeEmbeddingDim)
    implements DenoisingUnet {
  private static final String TEXT_TIME = "text_time";
  private static final int TIME_IDS = 6;
  private static final List<String> NULL = List.of("null");
  private static final List<String> OFF = List.of("false", "null");
  private static final List<String> ONE = List.of("1", "1.0");

  private static final PublishedConfig<UNet2DConditionModel> CONFIG =
      new PublishedConfig<>(
          CatalogueEntry.bare(
              "UNet2DConditionModel",
              UNet2DConditionModel.class,
              Map.of(
                  "in_channels",
                  4,
                  "out_channels",
                  4,
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
                  "use_linear_projection",
                  false,
                  "upcast_attention",
                  false)),
          Map.ofEntries(
              Map.entry("num_attention_heads", NULL),
              Map.entry("dual_cross_attention", OFF),
              Map.entry("only_cross_attention", OFF),
              Map.entry("mid_block_only_cross_attention", OFF),
              Map.entry("class_embed_type", NULL),
              Map.entry("num_class_embeds", NULL),
              Map.entry("class_embeddings_concat", OFF),
              Map.entry("encoder_hid_dim", NULL),
              Map.entry("encoder_hid_dim_type", NULL),
              Map.entry("cross_attention_norm", NULL),
              Map.entry("attention_type", List.of("default")),
              Map.entry("resnet_time_scale_shift", List.of("default")),
              Map.entry("resnet_skip_time_act", OFF),
              Map.entry("resnet_out_scale_factor", ONE),
              Map.entry("mid_block_scale_factor", ONE),
              Map.entry("mid_block_type", List.of("UNetMidBlock2DCrossAttn")),
              Map.entry("time_embedding_type", List.of("positional")),
              Map.entry("time_embedding_act_fn", NULL),
              Map.entry("timestep_post_act", NULL),
              Map.entry("time_cond_proj_dim", NULL),
              Map.entry("conv_in_kernel", List.of("3")),
              Map.entry("conv_out_kernel", List.of("3")),
              Map.entry("act_fn", List.of("silu", "swish")),
              Map.entry("center_input_sample", OFF),
              Map.entry("reverse_transformer_layers_per_block", NULL)),
          Set.of("dropout", "addition_embed_type_num_heads"),
          "block_out_channels",
          Map.of(
              "layers_per_block", 2,
              "cross_attention_dim", 1280,
              "transformer_layers_per_block", 1,
              "attention_head_dim", 8));

  /** Refuses sizes that do not fit together. */
  public UNet2DConditionModel {
    downBlockTypes = List.copyOf(downBlockTypes);
    upBlockTypes = List.copyOf(upBlockTypes);
    blockOutChannels = List.copyOf(blockOutChannels);
    layersPerBlock = List.copyOf(layersPerBlock);
    crossAttentionDim = List.copyOf(crossAttentionDim);
    transformerLayersPerBlock = List.copyOf(transformerLayersPerBlock);
    attentionHeadDim = List.copyOf(attentionHeadDim);
    levels(blockOutChannels, layersPerBlock, downBlockTypes, upBlockTypes, downsamplePadding)
        .check(normNumGroups);
    int levels = blockOutChannels.size();
    for (Map.Entry<String, List<Integer>> list :
        Map.of(
                "crossAttentionDim", crossAttentionDim,
                "transformerLayersPerBlock", transformerLayersPerBlock,
                "attentionHeadDim", attentionHeadDim)
            .entrySet()) {
      UNetLevels.requireLevels(list.getKey(), list.getValue(), levels);
      Architecture.requireSizes(list.getKey(), list.getValue());
    }
    for (int l = 0; l < levels; l++) {
      if (blockOutChannels.get(l) % attentionHeadDim.get(l) != 0) {
        throw new IllegalArgumentException(
            "attentionHeadDim, which is the number of heads, must divide block_out_channels but is "
                + attentionHeadDim.get(l)
                + " at "
                + blockOutChannels.get(l));
      }
    }
    Architecture.requireSize("inChannels", inChannels);
    if (outChannels != inChannels) {
      throw new IllegalArgumentException(
          "outChannels must be in_channels, "
              + inChannels
              + ", but is "
              + outChannels
              + ": models that take an image besides, or put out a variance, are not built here");
    }
    if (additionEmbedType.isPresent()) {
      if (!additionEmbedType.get().equals(TEXT_TIME)) {
        throw new IllegalArgumentException(
            "additionEmbedType must be null or text_time but is " + additionEmbedType.get());
      }
      int ids = additionTimeEmbedDim.orElse(0);
      if (ids < 2 || ids % 2 != 0) {
        throw new IllegalArgumentException("additionTimeEmbedDim must be even and at least 2");
      }
      if (projectionClassEmbeddingsInputDim.orElse(0) <= TIME_IDS * ids) {
        throw new IllegalArgumentException(
            "projectionClassEmbeddingsInputDim must be more than " + TIME_IDS * ids);
      }
    }
  }

  /**
   * The network that a {@code config.json} describes.
   *
   * @throws io.github.tiltbench.config.ConfigException at a key for which none is built here
   */
  public static UNet2DConditionModel of(Node config) {
    return CONFIG.read(config);
  }

  private static UNetLevels levels(
      List<Integer> widths, List<Integer> layers, List<String> down, List<String> up, int padding) {
    return new UNetLevels(
        widths,
        layers,
        UNetLevels.attends("downBlockTypes", down, "DownBlock2D", "CrossAttnDownBlock2D"),
        UNetLevels.attends("upBlockTypes", up, "UpBlock2D", "CrossAttnUpBlock2D"),
        padding);
  }

  /** The number of features of text_embeds; 0 without a {@code text_time} embedding. */
  public int textEmbeds() {
    return additionEmbedType.isEmpty()
        ? 0
        : projectionClassEmbeddingsInputDim.getAsInt() - TIME_IDS * additionTimeEmbedDim.getAsInt();
  }

  @Override
  public PublishedNetwork network() {
    PublishedScript script = new PublishedScript("UNet2DConditionModel", UNetBlocks::formerly);
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
    if (additionEmbedType.isPresent()) {
      time = script.add(time, added(blocks, timeWidth));
    }
    String active = script.silu(time); // every residual block begins with it
    String context = script.cast("ctx");
    UNetLevels.Attention attention =
        (key, x, level) ->
            blocks.transformer(
                key,
                x,
                new UNetBlocks.Context(context, crossAttentionDim.get(level)),
                blockOutChannels.get(level),
                attentionHeadDim.get(level),
                transformerLayersPerBlock.get(level),
                useLinearProjection);
    String h = script.conv("conv_in", script.cast("x"), inChannels, first, 3, 1, 1);
    h =
        levels(blockOutChannels, layersPerBlock, downBlockTypes, upBlockTypes, downsamplePadding)
            .write(blocks, h, active, timeWidth, attention, attention);
    h = blocks.leave("conv_norm_out", "conv_out", h, first, outChannels);
    String arguments = "x: Tensor,\n    t: Tensor,\n    ctx: Tensor";
    return additionEmbedType.isEmpty()
        ? script.network(arguments, h)
        : script.network(arguments + ",\n    text_embeds: Tensor,\n    time_ids: Tensor", h);
  }

  private String added(UNetBlocks blocks, int timeWidth) {
    PublishedScript script = blocks.script();
    String flat = script.let("torch.flatten(time_ids, 0, -1)");
    String ids = script.sinusoid(flat, additionTimeEmbedDim.getAsInt(), flipSinToCos, freqShift);
    String both =
        script.let(
            "torch.cat([%s, torch.reshape(%s, [torch.size(text_embeds, 0), -1])], 1)",
            script.cast("text_embeds"), ids);
    return blocks.embedding(
        "add_embedding", both, projectionClassEmbeddingsInputDim.getAsInt(), timeWidth);
  }
}
