package io.github.tiltbench.model;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.StatedWeights;
import io.github.tiltbench.engine.published.diffusers.AutoencoderKL;
import io.github.tiltbench.engine.published.diffusers.UNet2DConditionModel;
import io.github.tiltbench.engine.published.transformer.TextTower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a whole Stable Diffusion XL folder of small networks: the U-Net of the reference values
 * between two text encoders whose widths are what it reads, with the published index, scheduler and
 * paddings.
 */
public final class TinyXl {
  /** Features a token of each encoder, of which the U-Net reads 24 in all. */
  static final int FIRST = 8;

  static final int SECOND = 16;

  /** Features of a whole prompt: what 58 leave beside six numbers of 8. */
  static final int PROJECTED = 10;

  /** How often a side of a state goes into that of its image. */
  static final int FACTOR = 2;

  private static final Path SD = Path.of("src/test/resources/sd");

  private TinyXl() {}

  /** The whole folder. */
  public static Path write(Path folder) throws IOException {
    JsonObject published = json(SD.resolve("configs/sdxl.json"));
    put(folder.resolve("model_index.json"), published.getAsJsonObject("model_index.json"));
    put(
        folder.resolve("scheduler/scheduler_config.json"),
        published.getAsJsonObject("scheduler/scheduler_config.json"));
    JsonObject unet = json(SD.resolve("unet_sdxl.json")).getAsJsonObject("config");
    put(folder.resolve("unet/config.json"), unet);
    weights(folder, "unet/diffusion_pytorch_model", UNet2DConditionModel.of(node(unet)).network());
    encoder(folder, "text_encoder", encoder("clip_quick_gelu", FIRST, FIRST));
    encoder(folder, "text_encoder_2", encoder("clip_projection", SECOND, PROJECTED));
    tokenizer(folder.resolve("tokenizer"), "<|endoftext|>");
    tokenizer(folder.resolve("tokenizer_2"), "!");
    JsonObject vae = json(SD.resolve("tiny-sd/vae/config.json"));
    put(folder.resolve("vae/config.json"), vae);
    weights(folder, "vae/diffusion_pytorch_model", AutoencoderKL.of(node(vae)).decoder());
    return folder;
  }

  /** The text encoder of a reference case at another width. */
  private static JsonObject encoder(String name, int width, int projection) throws IOException {
    JsonObject config = json(SD.resolve(name + ".json")).getAsJsonObject("config");
    config.addProperty("vocab_size", 720);
    config.addProperty("hidden_size", width);
    config.addProperty("intermediate_size", 2 * width);
    config.addProperty("projection_dim", projection);
    return config;
  }

  private static void encoder(Path folder, String part, JsonObject config) throws IOException {
    put(folder.resolve(part + "/config.json"), config);
    weights(folder, part + "/model", TextTower.of(node(config)).network());
  }

  private static void weights(Path folder, String stem, PublishedNetwork network)
      throws IOException {
    new StatedWeights(1).write(folder.resolve(stem + ".safetensors"), List.of(network));
  }

  private static void tokenizer(Path folder, String pad) throws IOException {
    Path tiny = SD.resolve("tiny-tokenizer");
    Files.createDirectories(folder);
    for (String name : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
      Files.copy(tiny.resolve(name), folder.resolve(name));
    }
    JsonObject special = json(tiny.resolve("special_tokens_map.json"));
    special.addProperty("pad_token", pad);
    put(folder.resolve("special_tokens_map.json"), special);
  }

  /** The object in a file. */
  public static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  /** An object as a configuration file. */
  public static Node node(JsonObject json) {
    return JsonTree.parse("config.json", 1, json.toString());
  }

  /** Writes an object. */
  public static void put(Path file, JsonObject content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content.toString());
  }

  /** Sets a key of a file to a JSON value. */
  public static void set(Path file, String key, String value) throws IOException {
    JsonObject content = json(file);
    content.add(key, JsonParser.parseString(value));
    put(file, content);
  }

  /** Takes a key out of a file. */
  public static void remove(Path file, String key) throws IOException {
    JsonObject content = json(file);
    content.remove(key);
    put(file, content);
  }
}
