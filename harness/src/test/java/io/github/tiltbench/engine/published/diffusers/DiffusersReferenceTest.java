package io.github.tiltbench.engine.published.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.StatedWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks against diffusers 0.27.2 itself. */
class DiffusersReferenceTest {
  private static final double SCALING = 0.18215;

  @TempDir Path folder;

  private static PublishedNetwork unet(JsonObject config) {
    return config.get("_class_name").getAsString().equals("UNet2DModel")
        ? UNet2DModel.of(ReferenceCase.node(config)).network()
        : UNet2DConditionModel.of(ReferenceCase.node(config)).network();
  }

  private Checkpoint weights(ReferenceCase reference, PublishedNetwork... networks)
      throws IOException {
    return Checkpoint.of(
        new StatedWeights(reference.gain())
            .write(folder.resolve("w.safetensors"), List.of(networks)));
  }

  private static Tensor[] inputs(ReferenceCase reference) {
    return Stream.of("sample", "timestep", "encoder_hidden_states", "text_embeds", "time_ids")
        .map(key -> reference.value("in." + key))
        .filter(value -> value != null)
        .toArray(Tensor[]::new);
  }

  private static void assertClose(double tolerance, float[] expected, float[] actual) {
    double error = ReferenceCase.error(expected, actual);
    assertTrue(error <= tolerance, "relative error " + error + " is over " + tolerance);
  }

  @ParameterizedTest
  @CsvSource({
    "unet_sd15, 5e-6",
    "unet_sd15_odd, 5e-6",
    "unet_sd15_small, 3e-6",
    "unet_sd21, 5e-6",
    "unet_sdxl, 5e-6",
    "unet2d_cifar, 5e-6",
    "unet2d_cifar_small, 3e-6",
    "unet2d_butterflies, 5e-6"
  })
  void aUNetGivesWhatTheReferenceGives(String name, double tolerance) throws IOException {
    ReferenceCase reference = ReferenceCase.of(name);
    PublishedNetwork network = unet(reference.config());
    assertEquals(reference.keys(), ReferenceCase.keys(network));
    assertEquals(reference.description().get("parameters").getAsLong(), network.size());
    try (TorchModule module = network.load(weights(reference, network), Precision.FLOAT32)) {
      Tensor.Floats out = module.forward(inputs(reference)).get(0);
      assertArrayEquals(reference.value("out.sample").shape(), out.shape());
      assertClose(tolerance, reference.value("out.sample").data(), out.data());
    }
  }

  @ParameterizedTest
  @CsvSource({"vae_sd, 5e-6", "vae_sd_small, 1e-5"})
  void theAutoencoderGivesWhatTheReferenceGives(String name, double tolerance) throws IOException {
    ReferenceCase reference = ReferenceCase.of(name);
    AutoencoderKL autoencoder = AutoencoderKL.of(ReferenceCase.node(reference.config()));
    PublishedNetwork decoder = autoencoder.decoder();
    PublishedNetwork encoder = autoencoder.encoder();
    assertEquals(reference.keys(), ReferenceCase.keys(decoder, encoder));
    Checkpoint weights = weights(reference, decoder, encoder);
    try (TorchModule module =
        decoder.load(weights, AutoencoderKL::outsideDecoder, Precision.FLOAT32)) {
      Tensor.Floats out = module.forward(latent(reference)).get(0);
      assertArrayEquals(reference.value("out.decoded").shape(), out.shape());
      assertClose(tolerance, reference.value("out.decoded").data(), out.data());
    }
    try (TorchModule module =
        encoder.load(weights, AutoencoderKL::outsideEncoder, Precision.FLOAT32)) {
      List<Tensor.Floats> law = module.forward(reference.value("in.image"));
      assertClose(tolerance, scaled(reference.value("out.mean")).data(), law.get(0).data());
      assertClose(tolerance, scaled(reference.value("out.std")).data(), law.get(1).data());
    }
  }

  /** The reference's decoder takes what its pipeline has already divided. */
  private static Tensor.Floats latent(ReferenceCase reference) {
    return scaled(reference.value("in.z"));
  }

  private static Tensor.Floats scaled(Tensor.Floats tensor) {
    float[] data = tensor.data().clone();
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (data[i] * SCALING);
    }
    return new Tensor.Floats(data, tensor.shape());
  }

  private static Tensor.Floats gradients(String key) throws IOException {
    return Safetensors.read(ReferenceCase.FOLDER.resolve("gradients.safetensors"))
        .tensors()
        .get(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet_sd15", "unet_sdxl", "unet2d_cifar"})
  void theGradientOfAUNetIsThatOfTheReference(String name) throws IOException {
    ReferenceCase reference = ReferenceCase.of(name);
    PublishedNetwork network = unet(reference.config());
    try (TorchModule module = network.load(weights(reference, network), Precision.FLOAT32);
        TorchModule.Trace trace = module.trace(inputs(reference))) {
      float[] cotangent = StatedWeights.input("in.cotangent", trace.output().data().length);
      assertClose(5e-6, gradients(name + ".sample").data(), trace.pullback(cotangent).data());
    }
  }

  @Test
  void theGradientOfTheDecoderIsThatOfTheReference() throws IOException {
    ReferenceCase reference = ReferenceCase.of("vae_sd");
    AutoencoderKL autoencoder = AutoencoderKL.of(ReferenceCase.node(reference.config()));
    PublishedNetwork decoder = autoencoder.decoder();
    try (TorchModule module = decoder.load(weights(reference, decoder), Precision.FLOAT32);
        TorchModule.Trace trace = module.trace(latent(reference))) {
      float[] cotangent = StatedWeights.input("in.cotangent", trace.output().data().length);
      float[] gradient = trace.pullback(cotangent).data();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= (float) SCALING; // with respect to what the reference's decoder takes
      }
      assertClose(5e-6, gradients("vae_sd.z").data(), gradient);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sd15, sd15_unet, unet/",
    "sd21, sd21_unet, unet/",
    "sd21base, sd21_unet, unet/",
    "sdxl, sdxl_unet, unet/",
    "butterflies, butterflies, unet/",
    "ddpm-cifar10, ddpm-cifar10, ''",
    "ddpm-256, ddpm-256, ''"
  })
  void publishedConfigurationsHaveThePublishedKeys(String config, String keys, String part)
      throws IOException {
    JsonObject files =
        ReferenceCase.json(ReferenceCase.FOLDER.resolve("configs").resolve(config + ".json"));
    PublishedNetwork network = unet(files.getAsJsonObject(part + "config.json"));
    assertEquals(ReferenceCase.published(keys), ReferenceCase.keys(network));
    if (files.has("vae/config.json")) {
      AutoencoderKL autoencoder =
          AutoencoderKL.of(ReferenceCase.node(files.getAsJsonObject("vae/config.json")));
      assertEquals(
          ReferenceCase.published("sd_vae"),
          ReferenceCase.keys(autoencoder.decoder(), autoencoder.encoder()));
      assertEquals(8, autoencoder.factor());
    }
  }

  /** Two images of one prompt; a folder in three types of numbers, one of them in shards. */
  @ParameterizedTest
  @CsvSource({
    "epsilon, unet, '', 7.5",
    "epsilon_g1, unet, '', 1",
    "fp16, unet, fp16, 7.5",
    "sharded_bf16, unet-sharded, '', 7.5"
  })
  void aFolderPredictsWhatThePipelineDoes(String run, String part, String variant, float guidance)
      throws IOException {
    Safetensors pipeline =
        Safetensors.read(ReferenceCase.FOLDER.resolve("tiny_pipeline.safetensors"));
    float[] states = pipeline.tensors().get(run + ".trajectory").data();
    float[] guided = pipeline.tensors().get(run + ".guided").data();
    float[] texts = pipeline.tensors().get("text.embeddings").data();
    int latent = 4 * 8 * 8;
    int text = 77 * 24;
    float[] answers = new float[guided.length];
    try (TorchModule module = TinyFolder.unet(part, variant, Precision.FLOAT32)) {
      for (int step = 0; step < 5; step++) {
        for (int row = 0; row < 2; row++) {
          float[] x = new float[2 * latent];
          float[] context = new float[2 * text];
          int at = (2 * step + row) * latent;
          for (int half = 0; half < 2; half++) {
            System.arraycopy(states, at, x, half * latent, latent);
            System.arraycopy(texts, half * text, context, half * text, text);
          }
          float t = 801 - 200 * step;
          float[] out =
              module
                  .forward(
                      new Tensor.Floats(x, 2, 4, 8, 8),
                      new Tensor.Floats(new float[] {t, t}, 2),
                      new Tensor.Floats(context, 2, 77, 24))
                  .get(0)
                  .data();
          for (int i = 0; i < latent; i++) {
            answers[at + i] = out[i] + guidance * (out[latent + i] - out[i]);
          }
        }
      }
    }
    assertClose(1e-5, guided, answers);
  }

  /** Its autoencoder has the names that attention had in 2022. */
  @Test
  void aFolderDecodesWhatThePipelineDoes() throws IOException {
    Safetensors pipeline =
        Safetensors.read(ReferenceCase.FOLDER.resolve("tiny_pipeline.safetensors"));
    float[] states = pipeline.tensors().get("epsilon.trajectory").data();
    Tensor.Floats image = pipeline.tensors().get("epsilon.image");
    int batch = 2 * 4 * 8 * 8;
    float[] last = new float[batch];
    System.arraycopy(states, 5 * batch, last, 0, batch);
    try (TorchModule module = TinyFolder.decoder(Precision.FLOAT32)) {
      float[] decoded = module.forward(new Tensor.Floats(last, 2, 4, 8, 8)).get(0).data();
      assertClose(5e-6, image.data(), decoded);
    }
  }

  /** Predictions and gradients, of weights that a file holds as halves and as single. */
  @ParameterizedTest
  @ValueSource(strings = {"fp16", ""})
  void lowerPrecisionsAreNearSingle(String variant) throws IOException {
    List<float[]> answers = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      try (TorchModule module = TinyFolder.unet("unet", variant, precision);
          TorchModule.Trace trace =
              module.trace(
                  new Tensor.Floats(StatedWeights.input("x", 256), 1, 4, 8, 8),
                  new Tensor.Floats(new float[] {500}, 1),
                  new Tensor.Floats(StatedWeights.input("ctx", 77 * 24), 1, 77, 24))) {
        answers.add(trace.output().data());
        answers.add(trace.pullback(StatedWeights.input("in.cotangent", 256)).data());
      }
    }
    assertEquals(
        List.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16),
        List.of(Precision.values()));
    double[] tolerance = {5e-2, 1e-2}; // of 8 and of 11 bits
    for (int i = 0; i < 4; i++) {
      float[] single = answers.get(i % 2);
      assertClose(tolerance[i / 2], single, answers.get(2 + i));
      assertTrue(ReferenceCase.error(single, answers.get(2 + i)) > 1e-5, "single it was");
    }
  }
}
