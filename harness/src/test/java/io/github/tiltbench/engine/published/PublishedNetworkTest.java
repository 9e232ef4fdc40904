package io.github.tiltbench.engine.published;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.SafetensorsBytes;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PublishedNetworkTest {
  private static final float[] MATRIX = {0.5f, -2, 1, 3, 0.25f, 8};
  private static final float[] BIAS = {1, -1};
  private static final Tensor.Floats X = new Tensor.Floats(new float[] {1, 2, 4}, 1, 3);
  private static final float[] Y = {0.5f * 1 - 2 * 2 + 4 + 1, 3 + 0.25f * 2 + 8 * 4 - 1};

  @TempDir Path folder;

  /** A linear map, and its double. */
  private static PublishedNetwork network() {
    PublishedScript script = new PublishedScript("Map", key -> key.replace("top.", "old."));
    String y = script.linear("top.map", script.cast(script.let("x")), 3, 2);
    return script.network("x: Tensor", y, script.add(y, y));
  }

  private static PublishedNetwork single() {
    PublishedScript script = new PublishedScript("Map");
    return script.network("x: Tensor", script.linear("map", script.cast("x"), 3, 2));
  }

  private static SafetensorsBytes file(String type, String prefix) {
    return new SafetensorsBytes()
        .reals(prefix + "map.bias", type, BIAS, 2)
        .reals(prefix + "map.weight", type, MATRIX, 2, 3);
  }

  private Checkpoint checkpoint(SafetensorsBytes content) throws IOException {
    return Checkpoint.of(content.write(folder.resolve("m.safetensors")));
  }

  @ParameterizedTest
  @CsvSource({
    "F32,FLOAT32,0",
    "F32,FLOAT32,1",
    "F32,FLOAT16,0",
    "F16,FLOAT32,0",
    "F16,FLOAT32,1",
    "F16,FLOAT16,0",
    "BF16,FLOAT32,0",
    "BF16,FLOAT16,0",
    "F32,BFLOAT16,1",
    "BF16,BFLOAT16,0",
    "F64,FLOAT32,0",
    "F64,FLOAT16,3"
  })
  void weightsOfAnyTypeAndPlaceGiveTheSame(String type, Precision precision, int pad)
      throws IOException {
    Checkpoint checkpoint = checkpoint(file(type, "top.").pad(pad));
    try (TorchModule module = network().load(checkpoint, precision)) {
      List<Tensor.Floats> results = module.forward(X);
      assertArrayEquals(Y, results.get(0).data());
      assertArrayEquals(new float[] {2 * Y[0], 2 * Y[1]}, results.get(1).data());
      assertArrayEquals(new long[] {1, 2}, results.get(1).shape());
    }
  }

  /** More values than are widened at a time. */
  @Test
  void aLargeTensorIsWidenedWhole() throws IOException {
    int size = 2_500_001;
    float[] row = new float[size];
    float[] x = new float[size];
    row[0] = 1;
    row[1 << 20] = 2;
    row[size - 1] = 4;
    Arrays.fill(x, 1);
    PublishedScript script = new PublishedScript("Row");
    PublishedNetwork network =
        script.network("x: Tensor", script.unbiased("row", script.cast("x"), size, 1));
    SafetensorsBytes file = new SafetensorsBytes().reals("row.weight", "BF16", row, 1, size);
    try (TorchModule module = network.load(checkpoint(file), Precision.FLOAT32)) {
      assertArrayEquals(
          new float[] {7}, module.forward(new Tensor.Floats(x, 1, size)).get(0).data());
      x[1 << 20] = 0;
      assertArrayEquals(
          new float[] {5}, module.forward(new Tensor.Floats(x, 1, size)).get(0).data());
    }
  }

  /** All numbers here are exact in either. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void theGradientIsThatOfTheInput(Precision precision) throws IOException {
    try (TorchModule module = single().load(checkpoint(file("F32", "")), precision);
        TorchModule.Trace trace = module.trace(X)) {
      assertArrayEquals(Y, trace.output().data());
      assertArrayEquals(
          new float[] {0.5f + 2 * 3, -2 + 2 * 0.25f, 1 + 2 * 8},
          trace.pullback(new float[] {1, 2}).data());
    }
  }

  @Test
  void weightsAndActivationsHaveThePrecisionAskedFor() throws IOException {
    float[] finer = {
      1 + 1 / 256f, 0
    }; // halfway to the next bfloat16, and so rounded to an even one
    PublishedScript script = new PublishedScript("Row");
    PublishedNetwork network =
        script.network("x: Tensor", script.unbiased("row", script.cast("x"), 2, 1));
    SafetensorsBytes file = new SafetensorsBytes().reals("row.weight", "F32", finer, 1, 2);
    Checkpoint checkpoint = checkpoint(file);
    try (TorchModule single = network.load(checkpoint, Precision.FLOAT32);
        TorchModule lower = network.load(checkpoint, Precision.BFLOAT16)) {
      Tensor.Floats one = new Tensor.Floats(new float[] {1, 0}, 1, 2);
      assertEquals(finer[0], single.forward(one).get(0).data()[0]);
      assertEquals(1, lower.forward(one).get(0).data()[0]);
    }
  }

  @Test
  void whatAFileCallsByItsFormerNameIsFound() throws IOException {
    try (TorchModule module = network().load(checkpoint(file("F32", "old.")), Precision.FLOAT32)) {
      assertArrayEquals(Y, module.forward(X).get(0).data());
    }
    assertEquals(
        "left over: old.map.bias",
        refusal(file("F32", "top.").reals("old.map.bias", "F32", BIAS, 2)));
  }

  private String refusal(SafetensorsBytes content) throws IOException {
    Checkpoint checkpoint = checkpoint(content);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> network().load(checkpoint, Precision.FLOAT32))
            .getMessage();
    String start = folder.resolve("m.safetensors") + " is no Map of this configuration: ";
    assertTrue(message.startsWith(start), message);
    return message.substring(start.length());
  }

  @Test
  void everyKeyThatDoesNotFitIsNamed() throws IOException {
    assertEquals(
        "missing: top.map.weight, top.map.bias; left over: a, b",
        refusal(new SafetensorsBytes().reals("a", "F32", BIAS, 2).reals("b", "F16", BIAS, 2)));
    assertEquals(
        "of another shape: top.map.weight [3, 2] not [2, 3], top.map.bias [2, 1] not [2]",
        refusal(
            new SafetensorsBytes()
                .reals("top.map.weight", "F32", MATRIX, 3, 2)
                .reals("top.map.bias", "F32", BIAS, 2, 1)));
    assertEquals(
        "missing: top.map.bias (there as whole numbers)",
        refusal(
            new SafetensorsBytes()
                .reals("top.map.weight", "F32", MATRIX, 2, 3)
                .raw("top.map.bias", "I64", new byte[16], 2)));
  }

  @Test
  void keysOfOtherNetworksAreLeftAlone() throws IOException {
    Checkpoint checkpoint = checkpoint(file("F32", "").reals("other.a", "F32", BIAS, 2));
    assertThrows(IllegalArgumentException.class, () -> single().weights(checkpoint));
    assertEquals(2, single().weights(checkpoint, key -> key.startsWith("other.")).size());
  }

  @Test
  void otherBytesThanThoseNamedAreNotBound() throws IOException {
    Checkpoint checkpoint = checkpoint(file("F32", ""));
    Files.write(folder.resolve("m.safetensors"), new byte[4]);
    UncheckedIOException e =
        assertThrows(
            UncheckedIOException.class, () -> single().load(checkpoint, Precision.FLOAT32));
    assertTrue(e.getMessage().endsWith("it has changed since it was named"), e.getMessage());
  }

  /** Embeddings of time-steps as diffusers has them. */
  @Test
  void sinusoidsAreThoseOfTheReference() throws IOException {
    JsonObject cases =
        JsonParser.parseString(Files.readString(Path.of("src/test/resources/sd/formulas.json")))
            .getAsJsonObject()
            .getAsJsonObject("timestep_embedding");
    Checkpoint any = checkpoint(new SafetensorsBytes().reals("any", "F32", BIAS, 2));
    for (Map.Entry<String, JsonElement> each : cases.entrySet()) {
      String[] words = each.getKey().split(" ", -1); // dim 320 flip True shift 0 t 999
      PublishedScript script = new PublishedScript("Waves");
      script.weight("any", 2);
      String waves =
          script.sinusoid(
              "x",
              Integer.parseInt(words[1]),
              words[3].equals("True"),
              Double.parseDouble(words[5]));
      PublishedNetwork network = script.network("x: Tensor", waves);
      try (TorchModule module = network.load(any, Precision.FLOAT32)) {
        float t = Float.parseFloat(words[7]);
        float[] features = module.forward(new Tensor.Floats(new float[] {t}, 1)).get(0).data();
        assertEquals(Integer.parseInt(words[1]), features.length);
        each.getValue()
            .getAsJsonObject()
            .asMap()
            .forEach(
                (index, value) ->
                    assertEquals(
                        value.getAsFloat(),
                        features[Integer.parseInt(index)],
                        3e-5, // half a bit of the frequency at t = 999
                        each.getKey() + " at " + index));
      }
    }
    assertTrue(cases.size() > 5);
  }

  @Test
  void theSizeCountsValues() {
    assertEquals(8, network().size());
  }
}
