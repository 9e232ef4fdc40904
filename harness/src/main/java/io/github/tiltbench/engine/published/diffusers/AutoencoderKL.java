package io.github.tiltbench.engine.published.diffusers;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.FileNote;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedConfig;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.PublishedScript;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The autoencoder of latent diffusion: images about [-1, 1] and their latents, whose sides are
 * smaller by a factor of 2 a level but the first.
 *
 * <p>The components are keys of its {@code config.json}. Latents are those of the chain: {@code
 * (encoded - shift) * scalingFactor}, or with {@code latentsMean} and {@code latentsStd} {@code
 * (encoded - mean) * scalingFactor / std} by channel. Half precision overflows in it: load it in
 * single.
 */
@FileNote(key = "_class_name", known = "AutoencoderKL")
public record AutoencoderKL(
    int inChannels,
    int outChannels,
    List<String> downBlockTypes,
    List<String> upBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int latentChannels,
    int normNumGroups,
    double scalingFactor,
    Optional<Double> shiftFactor,
    Optional<List<Double>> latentsMean,
    Optional<List<Double>> latentsStd) {
  private static final double EPSILON = 1e-6; // of all its group norms; there is no key for it
  private static final String DECODER = "decoder";
  private static final String ENCODER = "encoder";
  private static final List<String> TRUE = List.of("true");

  private static final PublishedConfig<AutoencoderKL> CONFIG =
      new PublishedConfig<>(
          CatalogueEntry.bare(
              "AutoencoderKL",
              AutoencoderKL.class,
              Map.of(
                  "in_channels", 3,
                  "out_channels", 3,
                  "layers_per_block", 1,
                  "latent_channels", 4,
                  "norm_num_groups", 32,
                  "scaling_factor", 0.18215)),
          Map.of(
              "act_fn", List.of("silu", "swish"),
              "use_quant_conv", TRUE,
              "use_post_quant_conv", TRUE,
              "mid_block_add_attention", TRUE),
          Set.of("sample_size", "force_upcast"),
          "block_out_channels",
          Map.of());

  /** Refuses sizes that do not fit together. */
  public AutoencoderKL {
    downBlockTypes = List.copyOf(downBlockTypes);
    upBlockTypes = List.copyOf(upBlockTypes);
    blockOutChannels = List.copyOf(blockOutChannels);
    Architecture.requireSizes("blockOutChannels", blockOutChannels);
    Architecture.requireSize("normNumGroups", normNumGroups);
    for (int width : blockOutChannels) {
      Architecture.requireMultiple("blockOutChannels", width, normNumGroups);
    }
    Architecture.requireSize("layersPerBlock", layersPerBlock);
    Architecture.requireSize("inChannels", inChannels);
    Architecture.requireSize("outChannels", outChannels);
    Architecture.requireSize("latentChannels", latentChannels);
    int levels = blockOutChannels.size();
    UNetLevels.requireTypes("downBlockTypes", downBlockTypes, List.of("DownEncoderBlock2D"));
    UNetLevels.requireTypes("upBlockTypes", upBlockTypes, List.of("UpDecoderBlock2D"));
    UNetLevels.requireLevels("downBlockTypes", downBlockTypes, levels);
    UNetLevels.requireLevels("upBlockTypes", upBlockTypes, levels);
    if (scalingFactor <= 0) {
      throw new IllegalArgumentException("scalingFactor must be positive but is " + scalingFactor);
    }
    if (latentsMean.isPresent() != latentsStd.isPresent()) {
      throw new IllegalArgumentException("latentsMean and latents_std must both be there or none");
    }
    latentsMean.ifPresent(m -> UNetLevels.requireLevels("latentsMean", m, latentChannels));
    latentsStd.ifPresent(s -> UNetLevels.requireLevels("latentsStd", s, latentChannels));
  }

  /**
   * The autoencoder that a {@code config.json} describes.
   *
   * @throws io.github.tiltbench.config.ConfigException at a key for which none is built here
   */
  public static AutoencoderKL of(Node config) {
    return CONFIG.read(config);
  }

  /** How often a side of a latent goes into that of its image. */
  public int factor() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /** Whether a key of the checkpoint is none of the decoder's. */
  public static boolean outsideDecoder(String key) {
    return key.startsWith(ENCODER + ".") || key.startsWith("quant_conv.");
  }

  /** Whether a key of the checkpoint is none of the encoder's. */
  public static boolean outsideEncoder(String key) {
    return key.startsWith(DECODER + ".") || key.startsWith("post_quant_conv.");
  }

  /** A constant by channel. */
  private static String channels(PublishedScript script, List<Double> values) {
    float[] data = new float[values.size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = values.get(i).floatValue();
    }
    return script.buffer(data, data.length, 1, 1);
  }

  /** What a latent of the chain is multiplied by before it is decoded. */
  private List<Double> spread() {
    return latentsStd.orElse(Collections.nCopies(latentChannels, 1.0)).stream()
        .map(std -> std / scalingFactor)
        .toList();
  }

  /** What is added to it then. */
  private List<Double> shift() {
    double all = shiftFactor.orElse(0.0);
    return latentsMean.orElse(Collections.nCopies(latentChannels, all));
  }

  /** {@code forward(x)}: latents of the chain (B, latent channels, h, w) to images. */
  public PublishedNetwork decoder() {
    PublishedScript script = new PublishedScript("AutoencoderKL", UNetBlocks::formerly);
    UNetBlocks blocks = new UNetBlocks(script, normNumGroups, EPSILON);
    int levels = blockOutChannels.size();
    int width = blockOutChannels.get(levels - 1);
    script.weight("post_quant_conv.weight", latentChannels, latentChannels, 1, 1);
    String z =
        script.cast(
            script.let(
                "torch.add(torch.mul(x, %s), %s)",
                channels(script, spread()), channels(script, shift())));
    String h = script.conv("post_quant_conv", z, latentChannels, latentChannels, 1, 1, 0);
    h = script.conv(DECODER + ".conv_in", h, latentChannels, width, 3, 1, 1);
    h = middle(blocks, DECODER, h, width);
    for (int i = 0; i < levels; i++) {
      String key = DECODER + ".up_blocks." + i;
      int out = blockOutChannels.get(levels - 1 - i);
      for (int j = 0; j <= layersPerBlock; j++) {
        h = blocks.residual(key + ".resnets." + j, h, null, 0, width, out);
        width = out;
      }
      h = i < levels - 1 ? blocks.twice(key, h, width) : h;
    }
    h = blocks.leave(DECODER + ".conv_norm_out", DECODER + ".conv_out", h, width, outChannels);
    return script.network("x: Tensor", h);
  }

  /**
   * {@code forward(x)}: images (B, 3, H, W) to means and standard deviations of their latents of
   * the chain.
   */
  public PublishedNetwork encoder() {
    PublishedScript script = new PublishedScript("AutoencoderKL", UNetBlocks::formerly);
    UNetBlocks blocks = new UNetBlocks(script, normNumGroups, EPSILON);
    int levels = blockOutChannels.size();
    int width = blockOutChannels.get(0);
    script.weight(ENCODER + ".conv_in.weight", width, inChannels, 3, 3);
    String h = script.conv(ENCODER + ".conv_in", script.cast("x"), inChannels, width, 3, 1, 1);
    for (int i = 0; i < levels; i++) {
      String key = ENCODER + ".down_blocks." + i;
      int out = blockOutChannels.get(i);
      for (int j = 0; j < layersPerBlock; j++) {
        h = blocks.residual(key + ".resnets." + j, h, null, 0, width, out);
        width = out;
      }
      h = i < levels - 1 ? blocks.down(key, h, width, 0) : h;
    }
    h = middle(blocks, ENCODER, h, width);
    int moments = 2 * latentChannels;
    h = blocks.leave(ENCODER + ".conv_norm_out", ENCODER + ".conv_out", h, width, moments);
    h = script.conv("quant_conv", h, moments, moments, 1, 1, 0);
    String spread = channels(script, spread());
    String mean =
        script.let(
            "torch.div(torch.sub(torch.narrow(%s, 1, 0, %d), %s), %s)",
            h, latentChannels, channels(script, shift()), spread);
    String deviation =
        script.let(
            "torch.div(torch.exp(torch.mul(torch.clamp(torch.narrow(%s, 1, %d, %d), -30., 20.),"
                + " 0.5)), %s)",
            h, latentChannels, latentChannels, spread);
    return script.network("x: Tensor", mean, deviation);
  }

  private static String middle(UNetBlocks blocks, String half, String x, int width) {
    String key = half + ".mid_block";
    String h = blocks.residual(key + ".resnets.0", x, null, 0, width, width);
    h = blocks.spatial(key + ".attentions.0", h, width, width);
    return blocks.residual(key + ".resnets.1", h, null, 0, width, width);
  }
}
