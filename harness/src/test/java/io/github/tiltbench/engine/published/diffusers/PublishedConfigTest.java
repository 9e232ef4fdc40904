package io.github.tiltbench.engine.published.diffusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What configurations are refused for, each in one line at the key. */
class PublishedConfigTest {
  private static final ReferenceCase SD = ReferenceCase.of("unet_sd15");
  private static final ReferenceCase XL = ReferenceCase.of("unet_sdxl");
  private static final ReferenceCase PIXELS = ReferenceCase.of("unet2d_cifar");
  private static final ReferenceCase VAE = ReferenceCase.of("vae_sd");

  private static void assertRefused(
      Function<Node, ?> reader, JsonObject config, String key, String... parts) {
    ConfigException e =
        assertThrows(ConfigException.class, () -> reader.apply(ReferenceCase.node(config)), key);
    assertEquals(1, e.getMessage().lines().count());
    assertTrue(e.problem().contains(key), e.getMessage());
    for (String part : parts) {
      assertTrue(e.problem().contains(part), e.getMessage());
    }
    if (config.has(key)) {
      String json = config.toString();
      int from = json.indexOf("\"" + key + "\":") + 1;
      assertTrue(e.at().column() >= from, e.getMessage());
      assertTrue(e.at().column() <= from + key.length() + 30, e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_attention_heads|8|null",
        "dual_cross_attention|true|false or null",
        "only_cross_attention|[false,true,true,true]|false or null",
        "mid_block_only_cross_attention|true|false or null",
        "class_embed_type|\"timestep\"|'timestep'",
        "class_embed_type|\"null\"|null",
        "num_class_embeds|10|null",
        "class_embeddings_concat|true|false",
        "encoder_hid_dim|4096|null",
        "encoder_hid_dim_type|\"text_proj\"|null",
        "cross_attention_norm|\"group_norm\"|null",
        "attention_type|\"gated\"|default",
        "resnet_time_scale_shift|\"scale_shift\"|default",
        "resnet_skip_time_act|true|false",
        "resnet_out_scale_factor|1.5|1 or 1.0",
        "mid_block_scale_factor|2|1 or 1.0",
        "mid_block_type|null|UNetMidBlock2DCrossAttn",
        "time_embedding_type|\"fourier\"|positional",
        "time_embedding_act_fn|\"gelu\"|null",
        "timestep_post_act|\"silu\"|null",
        "time_cond_proj_dim|256|null",
        "conv_in_kernel|1|3",
        "conv_out_kernel|5|3",
        "act_fn|\"gelu\"|silu or swish",
        "center_input_sample|true|false",
        "reverse_transformer_layers_per_block|[1,2,3,4]|null",
        "addition_embed_type|\"image\"|text_time",
        "attention_head_dim|null|no value",
        "attention_head_dim|3|must divide block_out_channels",
        "attention_head_dim|[4,4]|2 values for 4 levels",
        "cross_attention_dim|null|no value",
        "layers_per_block|[1,2,3]|3 values for 4 levels",
        "layers_per_block|0|from 1",
        "transformer_layers_per_block|[[1,1],1,1,1]|transformer_layers_per_block",
        "norm_num_groups|null|no value",
        "norm_num_groups|5|block_out_channels must be a multiple of 5",
        "norm_eps|\"small\"|a number",
        "downsample_padding|2|0 or 1",
        "in_channels|9|in_channels",
        "out_channels|8|in_channels",
        "block_out_channels|null|block_out_channels",
        "down_block_types|[\"DownBlock2D\"]|1 values for 4 levels",
        "sample_sise|64|did you mean 'sample_size'?",
        "flip_sin_to_cos|null|no value",
        "flip_sin_to_cos|1|true or false",
        "_class_name|\"FluxTransformer2DModel\"|known: UNet2DConditionModel"
      })
  void whatNoTextConditionedUNetIsBuiltForIsRefusedAtItsKey(String key, String value, String part) {
    JsonObject config = SD.with(key, value);
    boolean atAnother = key.equals("in_channels") || key.equals("norm_num_groups");
    assertRefused(UNet2DConditionModel::of, config, atAnother ? "" : key, part);
  }

  @Test
  void aBlockOfAnotherKindIsRefusedWithTheNearest() {
    assertRefused(
        UNet2DConditionModel::of,
        SD.with(
            "down_block_types",
            "[\"CrossAttnDownBlock2D\",\"CrossAttnDownBlck2D\",\"DownBlock2D\",\"DownBlock2D\"]"),
        "down_block_types",
        "no block 'CrossAttnDownBlck2D' is built here; did you mean 'CrossAttnDownBlock2D'?");
    assertRefused(
        UNet2DModel::of,
        PIXELS.with("up_block_types", "[\"SkipUpBlock2D\",\"UpBlock2D\",\"UpBlock2D\",\"KUp\"]"),
        "up_block_types",
        "no block 'SkipUpBlock2D' is built here");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "addition_time_embed_dim|null|at least 2",
        "addition_time_embed_dim|7|even",
        "projection_class_embeddings_input_dim|48|more than 48",
        "projection_class_embeddings_input_dim|null|more than 48"
      })
  void theEmbeddingOfTextAndTimeNeedsItsSizes(String key, String value, String part) {
    assertRefused(UNet2DConditionModel::of, XL.with(key, value), key, part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time_embedding_type|\"fourier\"|positional",
        "downsample_type|\"resnet\"|conv",
        "upsample_type|\"resnet\"|conv",
        "class_embed_type|\"timestep\"|null",
        "num_class_embeds|1000|null",
        "attn_norm_num_groups|8|null",
        "act_fn|\"mish\"|silu",
        "resnet_time_scale_shift|\"scale_shift\"|default",
        "mid_block_type|null|UNetMidBlock2D",
        "attention_head_dim|0|from 1",
        "attention_head_dim|5|must divide",
        "out_channels|6|a variance",
        "cross_attention_dim|768|unknown key",
        "_class_name|\"UNet2DConditionModel\"|UNet2DModel"
      })
  void whatNoUNetOfPixelsIsBuiltForIsRefusedAtItsKey(String key, String value, String part) {
    assertRefused(UNet2DModel::of, PIXELS.with(key, value), key, part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "use_quant_conv|false|true",
        "use_post_quant_conv|false|true",
        "mid_block_add_attention|false|true",
        "act_fn|\"relu\"|silu",
        "scaling_factor|0|positive",
        "latents_mean|[0,0,0,0]|both",
        "up_block_types|[\"AttnUpDecoderBlock2D\"]|UpDecoderBlock2D",
        "layers_per_block|[2,2,2,2]|one value",
        "latent_channels|0|from 1",
        "_class_name|\"AutoencoderTiny\"|AutoencoderKL"
      })
  void whatNoAutoencoderIsBuiltForIsRefusedAtItsKey(String key, String value, String part) {
    assertRefused(AutoencoderKL::of, VAE.with(key, value), key, part);
  }

  @ParameterizedTest
  @ValueSource(strings = {"block_out_channels", "down_block_types", "up_block_types"})
  void whatHasNoDefaultMustBeThere(String key) {
    JsonObject config = SD.config().deepCopy();
    config.remove(key);
    assertRefused(UNet2DConditionModel::of, config, key, "needs");
  }

  @Test
  void whatAFileLeavesOutIsTheDefaultOfTheReference() {
    UNet2DConditionModel text =
        UNet2DConditionModel.of(
            JsonTree.parse(
                "config.json",
                1,
                """
                {"block_out_channels": [32, 64], "upcast_attention": null, "sample_size": null,
                 "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
                 "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"]}"""));
    assertEquals(List.of(8, 8), text.attentionHeadDim());
    assertEquals(List.of(1280, 1280), text.crossAttentionDim());
    assertEquals(List.of(2, 2), text.layersPerBlock());
    assertEquals(List.of(1, 1), text.transformerLayersPerBlock());
    assertEquals(OptionalInt.empty(), text.sampleSize());
    assertEquals(0, text.textEmbeds());
    JsonObject pixels = PIXELS.config().deepCopy();
    assertEquals(
        OptionalInt.empty(), UNet2DModel.of(ReferenceCase.node(pixels)).attentionHeadDim());
    pixels.addProperty("time_embedding_dim", 96);
    assertEquals(
        "[96, 16]",
        ReferenceCase.keys(UNet2DModel.of(ReferenceCase.node(pixels)).network())
            .get("time_embedding.linear_1.weight"));
    pixels.remove("attention_head_dim");
    assertEquals(OptionalInt.of(8), UNet2DModel.of(ReferenceCase.node(pixels)).attentionHeadDim());
    assertEquals(0.18215, AutoencoderKL.of(ReferenceCase.node(VAE.config())).scalingFactor());
  }
}
