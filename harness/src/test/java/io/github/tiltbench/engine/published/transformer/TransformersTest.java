package io.github.tiltbench.engine.published.transformer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.StatedWeights;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Towers against what transformers computed of the same weights. */
class TransformersTest {
  private static final double TOLERANCE = 1e-5;
  private static final TextTower TEXT =
      new TextTower(64, 12, 24, 3, 48, 2, Mlp.QUICK_GELU, 1e-5, OptionalInt.of(16));
  private static final ImageTower IMAGES =
      new ImageTower(16, 4, 32, 4, 64, 2, Mlp.QUICK_GELU, 1e-5, 16);

  @TempDir private Path folder;

  private static Path resource(String name) {
    try {
      return Path.of(TransformersTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SortedMap<String, Tensor.Floats> golden(String name) throws IOException {
    return Safetensors.read(resource("/verifiers/" + name + ".safetensors")).tensors();
  }

  /** The weights that a reference file holds beside its results. */
  private static SortedMap<String, Tensor.Floats> weights(Map<String, Tensor.Floats> golden) {
    SortedMap<String, Tensor.Floats> weights = new TreeMap<>();
    golden.forEach(
        (key, value) -> {
          if (key.startsWith("weight.")) {
            weights.put(key.substring("weight.".length()), value);
          }
        });
    return weights;
  }

  private Checkpoint checkpoint(SortedMap<String, Tensor.Floats> weights) throws IOException {
    Path file = folder.resolve("model.safetensors");
    new Safetensors(weights, Map.of()).write(file);
    return Checkpoint.of(file);
  }

  private static Tensor.Longs longs(Tensor.Floats values) {
    long[] data = new long[values.data().length];
    Arrays.setAll(data, i -> (long) values.data()[i]);
    return new Tensor.Longs(data, values.shape());
  }

  /** The first position of the largest number, which is that of the end. */
  private static Tensor.Longs ends(Tensor.Longs ids) {
    int length = (int) ids.shape()[1];
    long[] ends = new long[(int) ids.shape()[0]];
    for (int row = 0; row < ends.length; row++) {
      for (int i = 1; i < length; i++) {
        if (ids.data()[row * length + i] > ids.data()[row * length + (int) ends[row]]) {
          ends[row] = i;
        }
      }
    }
    return new Tensor.Longs(ends, ends.length);
  }

  private static void assertNear(Tensor.Floats expected, Tensor.Floats found, String what) {
    assertArrayEquals(expected.shape(), found.shape(), what);
    double scale = 0;
    double worst = 0;
    for (int i = 0; i < expected.data().length; i++) {
      scale = Math.max(scale, Math.abs(expected.data()[i]));
      worst = Math.max(worst, Math.abs(expected.data()[i] - found.data()[i]));
    }
    double relative = worst / scale;
    assertTrue(relative < TOLERANCE, what + " is off by " + relative);
  }

  /** Text encoders of Stable Diffusion 1, 2 and XL, narrowed. */
  @ParameterizedTest
  @ValueSource(
      strings = {"clip_quick_gelu", "clip_quick_gelu_small", "clip_gelu", "clip_projection"})
  void textEncodersGiveWhatTransformersGives(String name) throws IOException {
    JsonObject run =
        JsonParser.parseString(Files.readString(resource("/sd/" + name + ".json")))
            .getAsJsonObject();
    Safetensors golden = Safetensors.read(resource("/sd/" + name + ".safetensors"));
    TextTower tower = TextTower.of(JsonTree.parse(name, 1, run.get("config").toString()));
    boolean projection = tower.projection().isPresent();
    SortedMap<String, Tensor.Floats> weights = new TreeMap<>();
    for (Map.Entry<String, JsonElement> key : run.getAsJsonObject("keys").entrySet()) {
      if (!key.getKey().endsWith("position_ids")) {
        long[] shape =
            key.getValue().getAsJsonArray().asList().stream()
                .mapToLong(JsonElement::getAsLong)
                .toArray();
        double gain = run.get("gain").getAsDouble();
        weights.put(key.getKey(), new StatedWeights(gain).of(key.getKey(), shape));
      }
    }
    Tensor.Longs ids = golden.integers().get("in.input_ids");
    try (TorchModule module = tower.network().load(checkpoint(weights), Precision.FLOAT32)) {
      List<Tensor.Floats> out = module.forward(ids, ends(ids));
      assertNear(golden.tensors().get("out.last_hidden_state"), out.get(0), name + " last");
      assertNear(golden.tensors().get("out.penultimate"), out.get(1), name + " penultimate");
      assertNear(golden.tensors().get("out.pooled"), out.get(2), name + " pooled");
      assertEquals(projection ? 4 : 3, out.size());
      if (projection) {
        assertNear(golden.tensors().get("out.text_embeds"), out.get(3), name + " embedding");
      }
    }
    SortedMap<String, Tensor.Floats> bare = new TreeMap<>();
    weights.forEach((key, value) -> bare.put(key.replace("text_model.", ""), value));
    assertEquals(weights.size(), tower.network().weights(checkpoint(bare)).size());
  }

  /** Parameters, and keys with their shapes, of the published encoders. */
  @ParameterizedTest
  @CsvSource({
    "sd15,text_encoder,sd15_text,123060480",
    "sd21,text_encoder,sd21_text,340387840",
    "sdxl,text_encoder,sd15_text,123060480",
    "sdxl,text_encoder_2,sdxl_text_2,694659840"
  })
  void encodersHaveTheWeightsOfThePublished(String model, String part, String keys, long size)
      throws IOException {
    JsonObject configs =
        JsonParser.parseString(Files.readString(resource("/sd/configs/" + model + ".json")))
            .getAsJsonObject();
    String config = configs.get(part + "/config.json").toString();
    PublishedNetwork network = TextTower.of(JsonTree.parse(part, 1, config)).network();
    assertEquals(size, network.size());
    Set<String> wanted = new TreeSet<>();
    network.weights().forEach(w -> wanted.add(w.key() + Arrays.toString(w.shape())));
    Set<String> published = new TreeSet<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(resource("/sd/keys/" + keys + ".tsv.gz"))),
                UTF_8))) {
      lines
          .lines()
          .map(line -> line.replace("\t", "[").replace(",", ", ") + "]")
          .filter(line -> !line.contains("position_ids"))
          .forEach(published::add);
    }
    assertEquals(published, wanted);
  }

  private static void assertRefused(String config, String part) {
    Node node = JsonTree.parse("config.json", 1, config);
    String fault = assertThrows(ConfigException.class, () -> TextTower.of(node)).getMessage();
    assertTrue(fault.contains(part), fault);
  }

  @Test
  void whatAnEncoderCannotBeIsRefused() {
    assertRefused("{\"use_attention_mask\": true}", "use_attention_mask is 'true'");
    assertRefused("{\"hidden_act\": \"relu\"}", "hidden_act cannot be 'relu'");
    assertRefused(
        "{\"architectures\": [\"T5EncoderModel\"]}", "architectures must be CLIPTextModel or");
    assertRefused("{\"model_type\": \"chinese_clip\"}", "model_type is 'chinese_clip'");
    assertRefused("{\"num_layers\": 3}", "unknown key 'num_layers'");
  }

  private static boolean notOfImages(String key) {
    return !ClipNames.TRANSFORMERS.ofImages(key);
  }

  @Test
  void towersOfClipGiveWhatTransformersGives() throws IOException {
    SortedMap<String, Tensor.Floats> golden = golden("clip-tiny");
    Checkpoint checkpoint = checkpoint(weights(golden));
    Tensor.Floats pixels = golden.get("in.pixel_values");
    assertNear(
        golden.get("vision.image_embeds"),
        images(IMAGES.network(ClipNames.TRANSFORMERS), checkpoint, pixels),
        "image embedding");
    ImageTower gelu = new ImageTower(16, 4, 32, 4, 64, 2, Mlp.GELU, 1e-5, 16);
    assertNear(
        golden.get("vision_gelu.image_embeds"),
        images(gelu.network(ClipNames.TRANSFORMERS), checkpoint, pixels),
        "image embedding by gelu");
    Tensor.Longs ids = longs(golden.get("in.input_ids"));
    try (TorchModule text =
        TEXT.network().load(checkpoint, ClipNames.TRANSFORMERS::ofImages, Precision.FLOAT32)) {
      List<Tensor.Floats> out = text.forward(ids, ends(ids));
      Tensor.Floats mask = golden.get("in.attention_mask"); // the reference hid the padding
      assertNear(
          masked(golden.get("text.last_hidden_state"), mask), masked(out.get(0), mask), "states");
      assertNear(masked(golden.get("text.hidden.1"), mask), masked(out.get(1), mask), "before");
      assertNear(golden.get("text.text_embeds"), out.get(3), "text embedding");
      Tensor.Longs zero = longs(golden.get("in.input_ids_padded_0"));
      assertArrayEquals(out.get(3).data(), text.forward(zero, ends(zero)).get(3).data());
    }
  }

  /** States of the tokens up to the end, zeros behind. */
  private static Tensor.Floats masked(Tensor.Floats states, Tensor.Floats mask) {
    float[] data = states.data().clone();
    int width = data.length / mask.data().length;
    for (int i = 0; i < data.length; i++) {
      data[i] *= mask.data()[i / width];
    }
    return new Tensor.Floats(data, states.shape());
  }

  private static Tensor.Floats images(
      PublishedNetwork network, Checkpoint checkpoint, Tensor pixels) {
    try (TorchModule module =
        network.load(checkpoint, TransformersTest::notOfImages, Precision.FLOAT32)) {
      return module.forward(pixels).get(0);
    }
  }

  /** Cosines of the towers, and their gradients in the pixels. */
  @Test
  void cosinesAndTheirGradientsAreThoseOfTheReference() throws IOException {
    SortedMap<String, Tensor.Floats> golden = golden("clip-tiny");
    assertCosines(golden, checkpoint(weights(golden)), ClipNames.TRANSFORMERS);
  }

  /** The same of the same weights under other names, packed and transposed. */
  @Test
  void namesAndPackingOfOpenaiGiveTheSame() throws IOException {
    SortedMap<String, Tensor.Floats> golden = golden("clip-tiny");
    SortedMap<String, Tensor.Floats> renamed = OpenaiWeights.of(weights(golden));
    assertEquals(ClipNames.OPENAI, ClipNames.of(renamed.keySet()));
    assertEquals(ClipNames.TRANSFORMERS, ClipNames.of(weights(golden).keySet()));
    assertCosines(golden, checkpoint(renamed), ClipNames.OPENAI);
  }

  private static void assertCosines(
      SortedMap<String, Tensor.Floats> golden, Checkpoint checkpoint, ClipNames names) {
    Tensor.Longs ids = longs(golden.get("in.input_ids"));
    try (TorchModule text =
            TEXT.embedding(names).load(checkpoint, names::ofImages, Precision.FLOAT32);
        TorchModule images =
            IMAGES
                .embedding(names)
                .load(checkpoint, key -> !names.ofImages(key), Precision.FLOAT32);
        TorchModule.Trace trace = images.trace(golden.get("in.pixel_values"))) {
      float[] t = text.forward(ids, ends(ids)).get(0).data();
      float[] v = trace.output().data();
      float[] cosines = new float[9];
      for (int i = 0; i < 9; i++) {
        for (int k = 0; k < 16; k++) {
          cosines[i] += v[i / 3 * 16 + k] * t[i % 3 * 16 + k];
        }
      }
      assertNear(
          golden.get("cosine_image_by_text"), new Tensor.Floats(cosines, 3, 3), names + " cosines");
      assertNear(golden.get("vision.grad_cosine_diag"), trace.pullback(t), names + " gradient");
    }
  }

  private static Dinov2 dino(int side, Positions positions) {
    return new Dinov2(side, 5, 4, 32, 4, 64, 2, Mlp.GELU, 1e-6, positions);
  }

  private static Tensor.Floats logits(Dinov2 dino, Checkpoint checkpoint, Tensor pixels) {
    DinoNames names = DinoNames.of(checkpoint.tensors().keySet());
    try (TorchModule module =
        dino.logits(names, 7).load(checkpoint, names::unused, Precision.FLOAT32)) {
      return module.forward(pixels).get(0);
    }
  }

  @Test
  void dinoGivesWhatTransformersGives() throws IOException {
    SortedMap<String, Tensor.Floats> golden = golden("dinov2-tiny");
    Checkpoint checkpoint = checkpoint(weights(golden));
    Tensor native20 = golden.get("in.pixel_values_20");
    Tensor fewer = golden.get("in.pixel_values_12");
    assertNear(
        golden.get("logits_20"),
        logits(dino(20, Positions.SIZE), checkpoint, native20),
        "logits of 20 pixels");
    assertNear(
        golden.get("logits_12_size"),
        logits(dino(12, Positions.SIZE), checkpoint, fewer),
        "logits of 12 pixels by size");
    assertNear(
        golden.get("logits_12_scale_factor"),
        logits(dino(12, Positions.SCALE_FACTOR), checkpoint, fewer),
        "logits of 12 pixels by factor");
  }

  @Test
  void gatedDinoGivesWhatTransformersGives() throws IOException {
    SortedMap<String, Tensor.Floats> golden = golden("dinov2-swiglu-tiny");
    assertEquals(88, Dinov2.gated(32, 4));
    assertEquals(4096, Dinov2.gated(1536, 4));
    Dinov2 dino = new Dinov2(20, 5, 4, 32, 4, 88, 1, Mlp.SWIGLU, 1e-6, Positions.SIZE);
    assertNear(
        golden.get("logits_20"),
        logits(dino, checkpoint(weights(golden)), golden.get("in.pixel_values_20")),
        "logits by swiglu");
  }

  /** Positions in the reference's own file: the first is the class token's and stays. */
  @ParameterizedTest
  @ValueSource(strings = {"size", "scale_factor"})
  void positionsAreInterpolatedAsNamed(String how) throws IOException {
    SortedMap<String, Tensor.Floats> golden = golden("dinov2-tiny");
    float[] trained = golden.get("weight.dinov2.embeddings.position_embeddings").data();
    float[] matrix = Positions.valueOf(how.toUpperCase(Locale.ROOT)).matrix(5, 3);
    float[] found = new float[10 * 32];
    System.arraycopy(trained, 0, found, 0, 32);
    for (int i = 0; i < 9; i++) {
      for (int j = 0; j < 25; j++) {
        for (int k = 0; k < 32; k++) {
          found[(i + 1) * 32 + k] += matrix[i * 25 + j] * trained[(j + 1) * 32 + k];
        }
      }
    }
    assertNear(golden.get("pos_12_" + how), new Tensor.Floats(found, 1, 10, 32), how);
  }

  /** The original's names and packing, and its two kinds of features, from hidden states. */
  @Test
  void featuresOfTheOriginalAreThoseOfItsHiddenStates() throws IOException {
    SortedMap<String, Tensor.Floats> golden = golden("dinov2-tiny");
    Checkpoint renamed = checkpoint(OriginalDinoWeights.of(weights(golden)));
    DinoNames names = DinoNames.of(renamed.tensors().keySet());
    assertEquals(DinoNames.ORIGINAL, names);
    Tensor pixels = golden.get("in.pixel_values_20");
    float[] last = golden.get("last_hidden_state_20").data();
    for (int of : new int[] {1, 2}) {
      try (TorchModule module =
          dino(20, Positions.SIZE)
              .features(names, of)
              .load(renamed, names::unused, Precision.FLOAT32)) {
        Tensor.Floats found = module.forward(pixels).get(0);
        int width = (of + 1) * 32;
        assertArrayEquals(new long[] {2, width}, found.shape());
        for (int row = 0; row < 2; row++) {
          for (int k = 0; k < 32; k++) {
            double mean = 0;
            for (int token = 1; token < 26; token++) {
              mean += last[(row * 26 + token) * 32 + k] / 25.0;
            }
            assertEquals(mean, found.data()[row * width + of * 32 + k], 1e-5);
            assertEquals(
                last[row * 26 * 32 + k], found.data()[row * width + (of - 1) * 32 + k], 1e-5);
          }
        }
      }
    }
  }

  @Test
  void headsDivideTheWidth() {
    TextTower odd = new TextTower(64, 12, 24, 5, 48, 2, Mlp.GELU, 1e-5, OptionalInt.empty());
    assertEquals(
        "24 features do not split into 5 heads",
        assertThrows(IllegalArgumentException.class, odd::network).getMessage());
  }
}
