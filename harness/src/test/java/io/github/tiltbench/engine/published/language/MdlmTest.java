package io.github.tiltbench.engine.published.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.TokenLogits;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MDLM's transformer against the published code in double precision, and its folder. */
class MdlmTest {
  private static final Mdlm MDLM = new Mdlm(7, 5, 8, 4, 2, 2);
  private static final long[] STATE = {0, 6, 2, 6, 6};

  /** Logits of the tokens, by noise level and position. */
  private static final Map<Double, Map<Integer, double[]>> PUBLISHED =
      Map.of(
          0.0,
          Map.of(
              1,
              new double[] {
                -1.4084398526,
                -1.6354709032,
                -1.1220180064,
                -0.1006229492,
                0.9661491810,
                1.5952659084
              },
              3,
              new double[] {
                -1.4046924287,
                -1.6289958686,
                -1.1157217987,
                -0.0973317359,
                0.9649580787,
                1.5901271385
              },
              4,
              new double[] {
                -1.4047993369,
                -1.6235609514,
                -1.1071846177,
                -0.0895243606,
                0.9685311654,
                1.5878620915
              }),
          0.7,
          Map.of(
              1,
              new double[] {
                -1.4060106362,
                -1.6335640307,
                -1.1214894124,
                -0.1017099026,
                0.9639345789,
                1.5929177222
              }));

  @TempDir Path folder;

  private static PublishedNetwork network() {
    return MDLM.network(STATE.length, TokenHead.plain(MDLM.tokens()));
  }

  /** The weights of the reference values: sines, numbered by the order of their keys. */
  private Checkpoint weights(String prefix, boolean frequencies) throws IOException {
    TreeMap<String, long[]> shapes = new TreeMap<>();
    Stream.of(network(), MDLM.modulation())
        .flatMap(n -> n.weights().stream())
        .forEach((Weight w) -> shapes.put(w.key(), w.shape()));
    assertEquals(30, shapes.size());
    TreeMap<String, Tensor.Floats> tensors = new TreeMap<>();
    int j = 0;
    for (Map.Entry<String, long[]> each : shapes.entrySet()) {
      float[] data = new float[Tensor.size(each.getValue())];
      boolean norm = each.getKey().contains("norm");
      for (int i = 0; i < data.length; i++) {
        double wave = Math.sin(1 + j + 0.7 * i);
        data[i] = (float) (norm ? 1 + 0.1 * wave : 0.3 * wave);
      }
      tensors.put(prefix + each.getKey(), new Tensor.Floats(data, each.getValue()));
      j++;
    }
    if (frequencies) {
      tensors.put(prefix + "rotary_emb.inv_freq", new Tensor.Floats(new float[] {1, 0.01f}, 2));
    }
    Path file = folder.resolve("model.safetensors");
    new Safetensors(tensors, Map.of()).write(file);
    return Checkpoint.of(file);
  }

  private float[] logits(Checkpoint weights, double sigma, long... places) {
    try (TorchModule modulation =
            MDLM.modulation().load(weights, Mdlm.predicts(), Precision.FLOAT32);
        TorchModule module = network().load(weights, Mdlm.modulates(), Precision.FLOAT32)) {
      Tensor.Floats m =
          modulation.forward(new Tensor.Floats(new float[] {(float) sigma}, 1)).get(0);
      assertArrayEquals(new long[] {1, MDLM.modulations()}, m.shape());
      return module
          .forward(
              new Tensor.Longs(STATE, 1, STATE.length), new Tensor.Longs(places, places.length), m)
          .get(0)
          .data();
    }
  }

  @ParameterizedTest
  @CsvSource({"'', false", "backbone., true"})
  void logitsAreThoseOfThePublishedCode(String prefix, boolean frequencies) throws IOException {
    Checkpoint weights = weights(prefix, frequencies);
    PUBLISHED.forEach(
        (sigma, byPosition) ->
            byPosition.forEach(
                (position, expected) -> {
                  float[] found = logits(weights, sigma, position);
                  assertEquals(expected.length, found.length);
                  for (int v = 0; v < expected.length; v++) {
                    assertEquals(expected[v], found[v], 2e-6, "sigma " + sigma);
                  }
                }));
  }

  @Test
  void logProbabilitiesAreThoseOfSubs() throws IOException {
    double[] expected = {
      -3.6305441790, -3.8575752296, -3.3441223328, -2.3227272756, -1.2559551454, -0.6268384180
    };
    StateSpace.Sequence space = new StateSpace.Sequence(STATE.length, Vocabulary.ids(6));
    int[] state = Arrays.stream(STATE).mapToInt(token -> (int) token).toArray();
    double[] log = new double[6];
    TokenLogits.network(state, space, logits(weights("", false), 0, 1, 3, 4)).read(1, log);
    assertArrayEquals(expected, log, 2e-6);
  }

  @Test
  void parametersAreAsManyAsTheFormulaSays() {
    Mdlm owt = new Mdlm(50258, 1024, 768, 128, 12, 12);
    long size = owt.network(1, TokenHead.plain(owt.tokens())).size() + owt.modulation().size();
    assertEquals(169_627_218, size);
  }

  private String refused() {
    String said = assertThrows(RuntimeException.class, () -> MdlmFolder.of(folder)).getMessage();
    assertEquals(1, said.lines().count(), said);
    return said;
  }

  private static Path write(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve("model.safetensors"));
    return TinyMdlm.write(folder);
  }

  @Test
  void theFolderIsReadWithEitherTokenizer() throws IOException {
    write(folder);
    assertEquals(
        List.of("config.json", "merges.txt", "model.safetensors", "vocab.json"),
        List.copyOf(MdlmFolder.of(folder).digests().keySet()));
    Files.delete(folder.resolve("vocab.json"));
    assertTrue(refused().contains("there is no tokenizer: copy GPT-2's tokenizer.json"));
    for (boolean lists : new boolean[] {false, true}) {
      Files.writeString(folder.resolve("tokenizer.json"), TinyMdlm.tokenizerJson(lists));
      assertArrayEquals(new int[] {258, 72}, MdlmFolder.of(folder).tokenizer().encode(" thei"));
    }
  }

  @Test
  void everyWeightThatIsMissingOrMisshapenIsNamed() throws IOException {
    write(folder);
    Path file = folder.resolve("model.safetensors");
    Safetensors whole = Safetensors.read(file);
    assertEquals(30, whole.tensors().size());
    for (String key : whole.tensors().keySet()) {
      TreeMap<String, Tensor.Floats> changed = new TreeMap<>(whole.tensors());
      changed.remove(key);
      new Safetensors(changed, Map.of()).write(file);
      assertTrue(refused().contains("missing: " + key), key);
      changed.put(key, new Tensor.Floats(new float[2], 1, 2, 1));
      new Safetensors(changed, Map.of()).write(file);
      assertTrue(refused().contains("of another shape: " + key + " [1, 2, 1]"), key);
    }
    TreeMap<String, Tensor.Floats> more = new TreeMap<>(whole.tensors());
    more.put("head.bias", new Tensor.Floats(new float[2], 2));
    new Safetensors(more, Map.of()).write(file);
    assertTrue(refused().endsWith("left over: head.bias"));
  }

  @Test
  void everyKeyOfTheConfigurationIsNeededAndTyped() throws IOException {
    write(folder);
    JsonObject whole = JsonParser.parseString(TinyMdlm.CONFIG).getAsJsonObject();
    for (Map.Entry<String, JsonElement> each : whole.entrySet()) {
      if (List.of("dropout", "return_dict").contains(each.getKey())) {
        continue;
      }
      JsonObject changed = whole.deepCopy();
      changed.add(each.getKey(), new JsonObject());
      Files.writeString(folder.resolve("config.json"), changed.toString());
      assertTrue(refused().contains(each.getKey()), each.getKey());
      changed.remove(each.getKey());
      Files.writeString(folder.resolve("config.json"), changed.toString());
      if (!each.getKey().equals("time_conditioning")) {
        assertTrue(refused().contains(each.getKey()), each.getKey());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "time_conditioning, true, for which mdlm is not built here; it may be false",
    "vocab_size, 300, 'the tokenizer has 260 symbols, where the network knows 299 and the mask'",
    "n_heads, 8, hidden_dim",
    "model_type, '\"bert\"', it may be mdlm"
  })
  void whatIsNotBuiltIsRefused(String key, String value, String fault) throws IOException {
    write(folder);
    JsonObject config = JsonParser.parseString(TinyMdlm.CONFIG).getAsJsonObject();
    config.add(key, JsonParser.parseString(value));
    Files.writeString(folder.resolve("config.json"), config.toString());
    assertTrue(refused().contains(fault), refused());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.ckpt", "model.bin"})
  void aPickleIsNeverOpened(String name) throws IOException {
    write(folder);
    Files.move(folder.resolve("model.safetensors"), folder.resolve(name));
    assertTrue(refused().contains(name + " is a pickle"));
    assertThrows(ConfigException.class, () -> TinyMdlm.network("{}"));
  }
}
