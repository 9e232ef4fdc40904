package io.github.tiltbench.engine.published.dit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.PublishedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the published code of SiT and DiT. */
class DiffusionTransformerTest {
  private static final int ROWS = 4;
  private static final int LATENT = 4 * 8 * 8;

  @TempDir Path folder;
  private Safetensors reference;

  @BeforeEach
  void read() throws IOException {
    reference = Safetensors.read(Path.of("src/test/resources/flow/sit-tiny.safetensors"));
  }

  private JsonObject config(String className) {
    JsonObject config =
        JsonParser.parseString(reference.metadata().get("config")).getAsJsonObject();
    config.addProperty("_class_name", className);
    return config;
  }

  private static DiffusionTransformer transformer(JsonObject config) {
    return DiffusionTransformer.of(JsonTree.parse("config.json", 1, config.toString()));
  }

  private Checkpoint weights() throws IOException {
    TreeMap<String, Tensor.Floats> weights = new TreeMap<>();
    reference
        .tensors()
        .forEach(
            (key, tensor) -> {
              if (key.startsWith("weight.")) {
                weights.put(key.substring("weight.".length()), tensor);
              }
            });
    Path file = folder.resolve("model.safetensors");
    new Safetensors(weights, Map.of()).write(file);
    return Checkpoint.of(file);
  }

  private Tensor[] inputs(String x, String t, String y) {
    float[] classes = reference.tensors().get(y).data();
    long[] longs = new long[classes.length];
    Arrays.setAll(longs, i -> (long) classes[i]);
    return new Tensor[] {
      reference.tensors().get(x), reference.tensors().get(t), new Tensor.Longs(longs, longs.length)
    };
  }

  /** The first channels of each row; the others are of a variance. */
  private float[] expected(String key) {
    float[] all = reference.tensors().get(key).data();
    float[] first = new float[ROWS * LATENT];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(all, row * (all.length / ROWS), first, row * LATENT, LATENT);
    }
    return first;
  }

  private static void assertClose(double tolerance, float[] expected, float[] actual) {
    double most = 0;
    double scale = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs((double) expected[i] - actual[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    assertEquals(expected.length, actual.length);
    assertTrue(most <= tolerance * scale, "relative error " + most / scale);
  }

  /**
   * DiT's time-steps go to 999, where an angle moves by 6e-5 with the last bit of its frequency,
   * and the reference has another last bit in 5 of 128.
   */
  @ParameterizedTest
  @CsvSource({"SiT, in.t, sit.output, 5e-6", "DiT, in.t_dit, dit.output, 5e-5"})
  void itGivesWhatThePublishedCodeGives(
      String className, String time, String output, double tolerance) throws IOException {
    PublishedNetwork network = transformer(config(className)).network();
    try (TorchModule module = network.load(weights(), Precision.FLOAT32)) {
      Tensor.Floats out = module.forward(inputs("in.x", time, "in.y")).get(0);
      assertArrayEquals(new long[] {ROWS, 4, 8, 8}, out.shape());
      assertClose(tolerance, expected(output), out.data());
    }
  }

  @Test
  void itsGradientIsThatOfDifferences() throws IOException {
    PublishedNetwork network = transformer(config("SiT")).network();
    Tensor[] inputs = inputs("in.x", "in.t", "in.y");
    float[] cotangent = expected("dit.output");
    try (TorchModule module = network.load(weights(), Precision.FLOAT32);
        TorchModule.Trace trace = module.trace(inputs)) {
      float[] gradient = trace.pullback(cotangent).data();
      float[] x = ((Tensor.Floats) inputs[0]).data();
      double step = 1e-2;
      for (int i = 0; i < x.length; i += 97) {
        double[] sides = new double[2];
        for (int side = 0; side < 2; side++) {
          float[] moved = x.clone();
          moved[i] += (float) (side == 0 ? -step : step);
          Tensor[] there = {new Tensor.Floats(moved, ROWS, 4, 8, 8), inputs[1], inputs[2]};
          float[] out = module.forward(there).get(0).data();
          for (int j = 0; j < out.length; j++) {
            sides[side] += (double) out[j] * cotangent[j];
          }
        }
        double slope = (sides[1] - sides[0]) / (2 * step);
        assertEquals(slope, gradient[i], 0.02 * Math.max(1, Math.abs(slope)), "at " + i);
      }
    }
  }

  @Test
  void itHasAsManyParametersAsPublished() {
    JsonObject empty = new JsonObject();
    empty.addProperty("_class_name", "SiT");
    assertEquals(675_129_632, transformer(empty).network().size()); // XL/2
    empty.addProperty("hidden_size", 384);
    empty.addProperty("depth", 12);
    empty.addProperty("num_heads", 6);
    assertEquals(32_963_360, transformer(empty).network().size()); // S/2
    assertTrue(transformer(empty).knowsNoClass());
    empty.addProperty("class_dropout_prob", 0);
    assertFalse(transformer(empty).knowsNoClass());
    assertEquals(32_963_360 - 384, transformer(empty).network().size());
  }

  @ParameterizedTest
  @CsvSource({
    "input_size, 9, multiple of 2",
    "hidden_size, 30, multiple of 4",
    "depth, 0, from 1",
    "mlp_ratio, 0, positive",
    "class_dropout_prob, 2, from 0 to 1",
    "num_classes, 0, from 1",
    "learn_sigmas, 1, did you mean 'learn_sigma'?",
    "qk_norm, 1, unknown key",
    "_class_name, 7, DiT"
  })
  void whatItIsNotBuiltForIsRefusedAtItsKey(String key, int value, String part) {
    JsonObject config = config("SiT");
    config.addProperty(key, value);
    ConfigException e = assertThrows(ConfigException.class, () -> transformer(config));
    assertTrue(e.problem().contains(key.replaceFirst("^_", "")), e.getMessage());
    assertTrue(e.problem().contains(part), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void withoutItsClassItIsNothing() {
    JsonObject config = config("SiT");
    config.remove("_class_name");
    ConfigException e = assertThrows(ConfigException.class, () -> transformer(config));
    assertEquals("DiT needs class_name", e.problem());
  }
}
