package io.github.tiltbench.engine.published.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BERT's forward pass against one written in loops, and its folder, whole and broken. */
class BertTest {
  private static final int TOKENS = TinyBert.pieces().size();
  private static final int[][] SEQUENCES = {{3, 9, 5, 5, 6, 4}, {3, 5, 10, 19, 22, 4}};
  private static final long[] PLACES = {2, 3, 7};

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = TinyBert.write(temporary.resolve("tiny"));
  }

  private static float[] forward(TorchModule module) {
    long[] ids = Arrays.stream(SEQUENCES).flatMapToInt(Arrays::stream).asLongStream().toArray();
    return module
        .forward(new Tensor.Longs(ids, 2, 6), new Tensor.Longs(PLACES, PLACES.length))
        .get(0)
        .data();
  }

  private float[] logits(TokenHead head) {
    try (TorchModule module = BertFolder.of(folder).load(head, Precision.FLOAT32)) {
      return forward(module);
    }
  }

  private void config(String key, Object value) throws IOException {
    JsonObject config = JsonParser.parseString(TinyBert.CONFIG).getAsJsonObject();
    config.add(key, JsonParser.parseString(String.valueOf(value)));
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gelu", "gelu_new", "gelu_pytorch_tanh"})
  void logitsOfMaskedPlacesAreThoseOfThePlainForm(String act) throws IOException {
    config("hidden_act", '"' + act + '"');
    Bert bert = TinyBert.network(Files.readString(folder.resolve("config.json")));
    PlainBert plain = new PlainBert(bert, TinyBert.WEIGHTS::of);
    float[] found = logits(TokenHead.plain(TOKENS));
    assertEquals(PLACES.length * TOKENS, found.length);
    for (int i = 0; i < PLACES.length; i++) {
      int at = (int) PLACES[i];
      double[] expected = plain.logits(SEQUENCES[at / 6])[at % 6];
      for (int v = 0; v < TOKENS; v++) {
        assertEquals(expected[v], found[i * TOKENS + v], 1e-5 * (1 + Math.abs(expected[v])));
      }
    }
  }

  @Test
  void theTwoFormsOfGeluDiffer() throws IOException {
    float[] exact = logits(TokenHead.plain(TOKENS));
    config("hidden_act", "\"gelu_new\"");
    float[] tanh = logits(TokenHead.plain(TOKENS));
    double most = 0;
    for (int i = 0; i < exact.length; i++) {
      most = Math.max(most, Math.abs(exact[i] - tanh[i]));
    }
    assertTrue(most > 2e-5 && most < 0.1, "they differ by " + most);
  }

  @Test
  void closedTokensAreImpossibleAndATemperatureDivides() {
    boolean[] open = new boolean[TOKENS];
    Arrays.fill(open, true);
    open[0] = false;
    float[] plain = logits(TokenHead.plain(TOKENS));
    float[] closed = logits(new TokenHead(open, 0.5));
    for (int i = 0; i < plain.length; i++) {
      float expected = i % TOKENS == 0 ? Float.NEGATIVE_INFINITY : 2 * plain[i];
      assertEquals(expected, closed[i], 1e-5f);
    }
    assertThrows(IllegalArgumentException.class, () -> new TokenHead(new boolean[3], 1));
    assertThrows(IllegalArgumentException.class, () -> new TokenHead(open, 0));
    assertThrows(IllegalArgumentException.class, () -> new TokenHead(open, Double.NaN));
  }

  /** Rewrites the weights under other names. */
  private void rename(String from, String to) throws IOException {
    Path file = folder.resolve("model.safetensors");
    TreeMap<String, Tensor.Floats> renamed = new TreeMap<>();
    Safetensors.read(file).tensors().forEach((key, t) -> renamed.put(key.replace(from, to), t));
    new Safetensors(renamed, Map.of()).write(file);
  }

  @Test
  void olderFilesSayGammaAndBeta() throws IOException {
    float[] newer = logits(TokenHead.plain(TOKENS));
    rename("LayerNorm.weight", "LayerNorm.gamma");
    rename("LayerNorm.bias", "LayerNorm.beta");
    assertArrayEquals(newer, logits(TokenHead.plain(TOKENS)));
  }

  private void weights(String add, String remove, Tensor.Floats tensor) throws IOException {
    Path file = folder.resolve("model.safetensors");
    TreeMap<String, Tensor.Floats> weights = new TreeMap<>(Safetensors.read(file).tensors());
    weights.remove(remove);
    if (tensor != null) {
      weights.put(add, tensor);
    }
    new Safetensors(weights, Map.of()).write(file);
  }

  private String refused() {
    String said =
        assertThrows(IllegalArgumentException.class, () -> BertFolder.of(folder)).getMessage();
    assertEquals(1, said.lines().count(), said);
    return said;
  }

  @Test
  void whatIsForOtherTasksIsLeftOutAndAnythingElseRefused() throws IOException {
    Tensor.Floats one = new Tensor.Floats(new float[1], 1);
    weights("bert.pooler.dense.bias", "", one);
    weights("cls.seq_relationship.bias", "", one);
    weights("cls.predictions.decoder.weight", "", one);
    BertFolder.of(folder);
    weights("bert.encoder.layer.2.output.dense.bias", "", one);
    assertTrue(refused().endsWith("left over: bert.encoder.layer.2.output.dense.bias"));
  }

  @Test
  void everyWeightThatIsMissingMisshapenOrWholeNumberedIsNamed() throws IOException {
    List<String> keys =
        List.copyOf(Safetensors.read(folder.resolve("model.safetensors")).tensors().keySet());
    assertEquals(5 + 2 * 16 + 5, keys.size());
    byte[] whole = Files.readAllBytes(folder.resolve("model.safetensors"));
    for (String key : keys) {
      Files.write(folder.resolve("model.safetensors"), whole);
      weights("", key, null);
      assertTrue(refused().contains("missing: " + key), key);
      weights(key, "", new Tensor.Floats(new float[3], 3, 1));
      assertTrue(refused().contains("of another shape: " + key + " [3, 1] not ["), key);
      Safetensors without = Safetensors.read(folder.resolve("model.safetensors"));
      TreeMap<String, Tensor.Floats> reals = new TreeMap<>(without.tensors());
      reals.remove(key);
      new Safetensors(reals, new TreeMap<>(Map.of(key, new Tensor.Longs(new long[3], 3))), Map.of())
          .write(folder.resolve("model.safetensors"));
      assertTrue(refused().contains(key + " (there as whole numbers)"), key);
    }
  }

  @Test
  void everyKeyOfTheConfigurationIsNeededAndTyped() throws IOException {
    JsonObject whole = JsonParser.parseString(TinyBert.CONFIG).getAsJsonObject();
    for (Map.Entry<String, JsonElement> each : whole.entrySet()) {
      if (each.getKey().equals("architectures")) {
        continue;
      }
      config(each.getKey(), "{}");
      String said = assertThrows(ConfigException.class, () -> BertFolder.of(folder)).getMessage();
      assertTrue(said.contains(each.getKey()) && said.lines().count() == 1, said);
      JsonObject without = whole.deepCopy();
      without.remove(each.getKey());
      Files.writeString(folder.resolve("config.json"), without.toString());
      if (!each.getKey().equals("position_embedding_type")) {
        said = assertThrows(ConfigException.class, () -> BertFolder.of(folder)).getMessage();
        assertTrue(said.contains(each.getKey()), said);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model_type, '\"roberta\"', it may be bert",
    "hidden_act, '\"relu\"', it may be gelu or gelu_new",
    "is_decoder, true, it may be false",
    "tie_word_embeddings, false, it may be true",
    "position_embedding_type, '\"relative_key\"', it may be absolute",
    "hidden_size, 9, hidden_size",
    "layer_norm_eps, 0, layer_norm_eps",
    "vocab_size, 25, '26 pieces, where the network knows 25'"
  })
  void whatIsNotBuiltIsRefused(String key, String value, String fault) throws IOException {
    config(key, value);
    String said = assertThrows(ConfigException.class, () -> BertFolder.of(folder)).getMessage();
    assertTrue(said.contains(fault), said);
  }

  @Test
  void aPickleIsNeverOpened() throws IOException {
    Files.move(folder.resolve("model.safetensors"), folder.resolve("model.bin"));
    assertTrue(refused().contains("is a pickle"));
  }

  @Test
  void aPieceThatStandsTwiceIsRefused() throws IOException {
    List<String> pieces = TinyBert.pieces();
    pieces.set(9, ".");
    Files.write(folder.resolve("vocab.txt"), pieces);
    String said = assertThrows(ConfigException.class, () -> BertFolder.of(folder)).getMessage();
    assertTrue(said.contains("vocab.txt: the piece '.' stands twice, as 6 and 9"), said);
  }
}
