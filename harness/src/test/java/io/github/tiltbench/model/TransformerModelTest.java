package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.dit.TransformerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DiT and SiT as models: what their networks are given and what is made of their output. */
class TransformerModelTest {
  private static final int WIDTH = 4 * 8 * 8;
  private static final int[] ITEM = {4, 8, 8};
  private static final String TO_DATA =
      """
      {"_class_name": "FlowMatchEulerDiscreteScheduler", "prediction_type": "flow_to_data",
       "num_train_timesteps": 1}
      """;
  private static final String NOISE =
      "{\"_class_name\": \"DDPMScheduler\", \"beta_schedule\": \"linear\", \"clip_sample\": false}";

  @TempDir Path folder;

  private TransformerFolder write(String className, String scheduler) throws IOException {
    Safetensors reference =
        Safetensors.read(Path.of("src/test/resources/flow/sit-tiny.safetensors"));
    JsonObject config =
        JsonParser.parseString(reference.metadata().get("config")).getAsJsonObject();
    config.addProperty("_class_name", className);
    Files.writeString(folder.resolve("config.json"), config.toString());
    Files.writeString(folder.resolve("scheduler_config.json"), scheduler);
    TreeMap<String, Tensor.Floats> weights = new TreeMap<>();
    reference
        .tensors()
        .forEach(
            (key, tensor) -> {
              if (key.startsWith("weight.")) {
                weights.put(key.substring("weight.".length()), tensor);
              }
            });
    new Safetensors(weights, Map.of()).write(folder.resolve("model.safetensors"));
    return TransformerFolder.of(folder);
  }

  private static Flow flow(int steps) {
    return new Flow(
        steps,
        FlowSampler.EULER,
        Optional.empty(),
        Flow.Last.MEAN,
        Interpolant.LINEAR,
        Flow.Conversion.BOTH,
        Flow.Schedule.UNIFORM,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        FlowSchedulerConfig.DEFAULT);
  }

  private static Batch.Reals states(int rows) {
    double[] data = new double[rows * WIDTH];
    Arrays.setAll(data, i -> Math.sin(1.7 * i));
    return new Batch.Reals(data, ITEM);
  }

  /** The network's own output for one state, by hand. */
  private static float[] output(TorchModule network, double[] x, double time, long label) {
    float[] input = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      input[i] = (float) x[i];
    }
    return network
        .forward(
            new Tensor.Floats(input, 1, 4, 8, 8),
            new Tensor.Floats(new float[] {(float) time}, 1),
            new Tensor.Longs(new long[] {label}, 1))
        .get(0)
        .data();
  }

  private static double[] guided(
      TorchModule network, double[] x, double time, long label, double guidance) {
    float[] asked = output(network, x, time, label);
    float[] free = output(network, x, time, 10);
    double[] out = new double[WIDTH];
    Arrays.setAll(out, i -> free[i] + guidance * (asked[i] - free[i]));
    return out;
  }

  private static double[] clean(Denoiser denoiser, Batch.Reals x, int level, String prompt) {
    return ((Prediction.Mean)
            denoiser.denoise(x, new int[] {level}, new Condition[] {new Condition(prompt)}))
        .clean()
        .data();
  }

  /** A velocity to the data at a time that grows to it: data = point + (1 - time) velocity. */
  @ParameterizedTest
  @CsvSource({"1, 4, 0", "1, 1, 0.75", "4, 3, 0.25", "4, 2, 0.5"})
  void sitIsAskedAtTheTimeThatIsOneAtTheData(double guidance, int level, double time)
      throws IOException {
    TransformerFolder sit = write("SiT", TO_DATA);
    TransformerModel model = new TransformerModel(sit, flow(4), guidance, Optional.empty());
    GaussianProcess process = model.reverse();
    Batch.Reals x = states(1);
    double signal = Math.sqrt(process.alphaBar(level));
    double scale = signal + Math.sqrt(1 - process.alphaBar(level));
    assertEquals(time, signal / scale, 1e-12);
    double[] point = new double[WIDTH];
    Arrays.setAll(point, i -> x.data()[i] / scale);
    try (Denoiser denoiser = model.open();
        TorchModule network = sit.load(Precision.FLOAT32)) {
      double[] velocity = guided(network, point, time, 7, guidance);
      double[] expected = new double[WIDTH];
      Arrays.setAll(expected, i -> point[i] + (1 - time) * velocity[i]);
      assertArrayEquals(expected, clean(denoiser, x, level, "7"), 1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2.5"})
  void ditPredictsNoiseAtTrainingTimes(double guidance) throws IOException {
    TransformerFolder dit = write("DiT", NOISE);
    TransformerModel model =
        new TransformerModel(
            dit, new Ddim(10, 0, SchedulerConfig.DEFAULT), guidance, Optional.empty());
    GaussianProcess process = model.reverse();
    Batch.Reals x = states(1);
    try (Denoiser denoiser = model.open();
        TorchModule network = dit.load(Precision.FLOAT32)) {
      for (int level : new int[] {4, 1}) {
        double alphaBar = process.alphaBar(level);
        double[] noise = guided(network, x.data(), process.time(level), 3, guidance);
        double[] expected = new double[WIDTH];
        Arrays.setAll(
            expected,
            i -> (x.data()[i] - Math.sqrt(1 - alphaBar) * noise[i]) / Math.sqrt(alphaBar));
        assertArrayEquals(expected, clean(denoiser, x, level, "3"), 1e-4);
      }
    }
  }

  private static String refusal(TransformerFolder folder, ProcessSpec.Gaussian process) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> new TransformerModel(folder, process, 1, Optional.empty()))
        .getMessage();
  }

  @Test
  void promptsAreNumbersOfClassesAndProcessesMustFit() throws IOException {
    TransformerFolder sit = write("SiT", TO_DATA);
    TransformerModel model = new TransformerModel(sit, flow(4), 1, Optional.empty());
    assertEquals(Optional.empty(), model.mismatch("0"));
    assertEquals(Optional.empty(), model.mismatch("9"));
    assertEquals(Optional.empty(), model.mismatch("-"));
    assertEquals(
        "'cat' is no class; they are the numbers 0 to 9", model.mismatch("cat").orElseThrow());
    assertTrue(model.mismatch("10").isPresent());
    assertTrue(
        refusal(sit, new Ddim(10, 0, SchedulerConfig.DEFAULT)).startsWith("process must be of"));
    assertEquals(
        "[config.json, model.safetensors, scheduler_config.json]",
        sit.digests().keySet().toString());
  }
}
