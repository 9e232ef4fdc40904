package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.published.diffusers.PipelineFolder;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A whole pipeline of 53,000 parameters against the trajectories of diffusers 0.27.2: text, tokens,
 * encoder, guided U-Net, DDIM.
 */
class DiffusersModelTest {
  private static final Path SD = Path.of("src/test/resources/sd");
  private static final Path TINY = SD.resolve("tiny-sd");
  private static final String CAT = "a photo of a cat";
  private static final int WIDTH = 4 * 8 * 8;

  @TempDir Path temp;

  private static DiffusersModel model(
      Path folder, double guidance, double rescale, String variant) {
    return new DiffusersModel(
        PipelineFolder.of(folder),
        new Ddim(5, 0, SchedulerConfig.DEFAULT),
        guidance,
        rescale,
        Optional.empty(),
        Optional.of(variant).filter(v -> !v.isEmpty()),
        new int[0],
        OptionalInt.empty(),
        Optional.empty());
  }

  private static DiffusersModel model(double guidance) {
    return model(TINY, guidance, 0, "");
  }

  private Path copy(Path folder) throws IOException {
    Path copy = Files.createTempDirectory(temp, "copy");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(folder.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.write(to, Files.readAllBytes(file));
        }
      }
    }
    return copy;
  }

  private static void replace(Path file, String what, String by) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(what), file + " lacks " + what);
    Files.writeString(file, text.replace(what, by));
  }

  private static Condition[] cats(int rows) {
    Condition[] condition = new Condition[rows];
    Arrays.fill(condition, new Condition(CAT));
    return condition;
  }

  private static Batch.Reals states(float[] values, int from, int rows) {
    double[] data = new double[rows * WIDTH];
    Arrays.setAll(data, i -> values[from + i]);
    return new Batch.Reals(data, new int[] {4, 8, 8});
  }

  private Path folderOf(String run) throws IOException {
    Path folder = copy(TINY);
    if (run.equals("velocity")) {
      replace(
          folder.resolve("scheduler/scheduler_config.json"),
          "\"num_train_timesteps\"",
          "\"prediction_type\": \"v_prediction\", \"num_train_timesteps\"");
    } else if (run.equals("sharded_bf16")) {
      try (Stream<Path> old = Files.list(folder.resolve("unet"))) {
        for (Path file : old.toList()) {
          Files.delete(file);
        }
      }
      try (Stream<Path> shards = Files.list(folder.resolve("unet-sharded"))) {
        for (Path file : shards.toList()) {
          Files.write(
              folder.resolve("unet").resolve(file.getFileName().toString()),
              Files.readAllBytes(file));
        }
      }
    }
    return folder;
  }

  /** States of up to 20, which the reference itself knows to 3e-5. */
  @ParameterizedTest
  @CsvSource({
    "epsilon, 7.5, 0, ''",
    "epsilon_g1, 1, 0, ''",
    "rescaled, 7.5, 0.7, ''",
    "velocity, 7.5, 0, ''",
    "fp16, 7.5, 0, fp16",
    "sharded_bf16, 7.5, 0, ''"
  })
  void goesWhereThePipelineGoes(String run, double guidance, double rescale, String variant)
      throws IOException {
    float[] trajectory =
        Safetensors.read(SD.resolve("tiny_pipeline.safetensors"))
            .tensors()
            .get(run + ".trajectory")
            .data();
    DiffusersModel model = model(folderOf(run), guidance, rescale, variant);
    ReverseProcess process = model.reverse();
    Batch x = states(trajectory, 0, 2);
    try (Denoiser denoiser = model.open()) {
      for (int level = 5; level >= 1; level--) {
        int[] levels = {level, level};
        x =
            process
                .law(x, level, denoiser.denoise(x, levels, cats(2)))
                .sample(new Noise(1, Purpose.STEP, level, 0, 1));
        double[] expected = states(trajectory, (6 - level) * 2 * WIDTH, 2).data();
        double most = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertArrayEquals(expected, ((Batch.Reals) x).data(), 1e-5 * most, run + " at " + level);
      }
      assertEquals(Cost.of(10, guidance == 1 ? 10 : 20, 0), denoiser.odometer());
    }
  }

  /** The derivative along a direction, through guidance and its rescaling. */
  @ParameterizedTest
  @CsvSource({"1, 0", "7.5, 0", "7.5, 0.7", "3, 1"})
  void pullsBackThroughGuidance(double guidance, double rescale) {
    DiffusersModel model = model(TINY, guidance, rescale, "");
    float[] numbers = new float[2 * WIDTH];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(1.7 * i);
    }
    Batch.Reals x = states(numbers, 0, 2);
    double[] cotangent = new double[2 * WIDTH];
    double[] direction = new double[2 * WIDTH];
    Arrays.setAll(cotangent, i -> Math.cos(0.9 * i));
    Arrays.setAll(direction, i -> Math.sin(0.3 * i + 1));
    int[] levels = {4, 3};
    try (Denoiser denoiser = model.open();
        Denoiser.Linearised at = denoiser.linearise(x, levels, cats(2))) {
      double[] gradient = at.pullback(new Batch.Reals(cotangent, x.item())).data();
      double analytic = 0;
      for (int i = 0; i < gradient.length; i++) {
        analytic += gradient[i] * direction[i];
      }
      DoubleUnaryOperator difference =
          step -> {
            double sum = 0;
            for (int sign : new int[] {-1, 1}) {
              double[] moved = new double[2 * WIDTH];
              Arrays.setAll(moved, i -> x.data()[i] + sign * step * direction[i]);
              Batch.Reals y = new Batch.Reals(moved, x.item());
              Prediction.Mean mean = (Prediction.Mean) denoiser.denoise(y, levels, cats(2));
              for (int i = 0; i < moved.length; i++) {
                sum += sign * cotangent[i] * mean.clean().data()[i] / (2 * step);
              }
            }
            return sum;
          };
      double numeric = // to fourth order in the step
          (4 * difference.applyAsDouble(0.005) - difference.applyAsDouble(0.01)) / 3;
      assertEquals(numeric, analytic, 1e-3 * Math.abs(numeric));
    }
  }

  @Test
  void rowsInCompanyAnswerAsAlone() {
    float[] numbers = new float[5 * WIDTH];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(1.3 * i);
    }
    Condition[] prompts = cats(5);
    prompts[1] = new Condition("a red bus");
    prompts[3] = Condition.NONE;
    Batch.Reals x = states(numbers, 0, 5);
    DiffusersModel small =
        new DiffusersModel(
            PipelineFolder.of(TINY),
            new Ddim(5, 0, SchedulerConfig.DEFAULT),
            7.5,
            0,
            Optional.empty(),
            Optional.empty(),
            new int[] {8},
            OptionalInt.of(3),
            Optional.empty());
    try (Denoiser wide = model(7.5).open();
        Denoiser narrow = small.open()) {
      int[] levels = {5, 4, 3, 2, 1};
      double[] together = ((Prediction.Mean) wide.denoise(x, levels, prompts)).clean().data();
      double[] alone = ((Prediction.Mean) narrow.denoise(x, levels, prompts)).clean().data();
      assertArrayEquals(together, alone, 1e-4);
      int[] two = {5, 4, 3, 2, 1};
      Condition[] cats = cats(5);
      double[] others = ((Prediction.Mean) wide.denoise(x, two, cats)).clean().data();
      assertNotEquals(others[WIDTH], together[WIDTH], 1e-6);
      assertEquals(others[0], together[0], 1e-4);
    }
  }

  @Test
  void aNegativePromptStandsForNone() {
    DiffusersModel model =
        new DiffusersModel(
            PipelineFolder.of(TINY),
            new Ddim(5, 0, SchedulerConfig.DEFAULT),
            0,
            0,
            Optional.of(CAT),
            Optional.empty(),
            new int[0],
            OptionalInt.empty(),
            Optional.empty());
    float[] numbers = new float[WIDTH];
    Arrays.fill(numbers, 0.5f);
    Batch.Reals x = states(numbers, 0, 1);
    try (Denoiser negative = model.open();
        Denoiser asked = model(1).open()) {
      Prediction.Mean free =
          (Prediction.Mean) negative.denoise(x, new int[] {3}, new Condition[] {Condition.NONE});
      Prediction.Mean cat = (Prediction.Mean) asked.denoise(x, new int[] {3}, cats(1));
      assertArrayEquals(cat.clean().data(), free.clean().data());
    }
  }

  @Test
  void knowsEveryTextButSpecialTokensAndSaysWhatItCutsOff() {
    DiffusersModel model = model(7.5);
    assertEquals(Optional.empty(), model.mismatch(CAT));
    assertTrue(model.mismatch("a <|endoftext|> b").orElseThrow().contains("<|endoftext|>"));
    assertEquals(Optional.empty(), model.remark(CAT));
    String cut = model.remark("a cat, ".repeat(40) + "the end").orElseThrow();
    assertTrue(cut.contains("the end"), cut);
  }

  @Test
  void theFilesReadAreThePartsOfItsKey() {
    assertEquals(
        List.of(
            "model_index.json",
            "scheduler/scheduler_config.json",
            "text_encoder/config.json",
            "text_encoder/model.safetensors",
            "tokenizer/merges.txt",
            "tokenizer/special_tokens_map.json",
            "tokenizer/tokenizer_config.json",
            "tokenizer/vocab.json",
            "unet/config.json",
            "unet/diffusion_pytorch_model.fp16.safetensors",
            "vae/config.json"),
        List.copyOf(model(TINY, 7.5, 0, "fp16").path().digests().keySet()));
  }

  private static String refusal(ThrowingModel model) {
    RuntimeException e = assertThrows(RuntimeException.class, model::make);
    return e instanceof UncheckedIOException ? e.getCause().toString() : e.getMessage();
  }

  private interface ThrowingModel {
    DiffusersModel make() throws IOException;
  }

  private static void assertSays(String part, ThrowingModel model) {
    String said = refusal(model);
    assertTrue(said.contains(part), said);
    assertEquals(1, said.lines().count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_index.json | StableDiffusionPipeline | FluxPipeline | FluxPipeline",
        "model_index.json | \"unet\" | \"controlnet\": [\"diffusers\", \"C\"], \"unet\""
            + " | controlnet is a part",
        "unet/config.json | \"cross_attention_dim\": 24 | \"cross_attention_dim\": 32"
            + " | cross_attention_dim is",
        "unet/config.json | \"act_fn\": \"silu\" | \"act_fn\": \"mish\" | act_fn",
        "unet/config.json | \"layers_per_block\": 1 | \"layers_per_block\": 2 | missing: ",
        "text_encoder/config.json | \"vocab_size\": 720 | \"vocab_size\": 721 | vocabulary of 720",
        "text_encoder/config.json | \"num_hidden_layers\": 2 | \"num_hidden_layers\": 1"
            + " | left over: ",
        "text_encoder/config.json | quick_gelu | relu | hidden_act",
        "text_encoder/config.json | \"CLIPTextModel\" | \"T5EncoderModel\" | architectures",
        "scheduler/scheduler_config.json | \"steps_offset\": 1 | \"steps_offset\": 0"
            + " | steps_offset 0",
        "scheduler/scheduler_config.json | \"clip_sample\": false | \"clip_sample\": true"
            + " | clip_sample true",
        "scheduler/scheduler_config.json | PNDMScheduler | FlowMatchEulerDiscreteScheduler"
            + " | _class_name"
      })
  void namesTheKeyThatDoesNotFit(String file, String what, String by, String said)
      throws IOException {
    Path folder = copy(TINY);
    replace(folder.resolve(file), what, by);
    assertSays(said, () -> model(folder, 7.5, 0, ""));
  }

  @Test
  void refusesWhatIsNotThereOrHasNoEffect() throws IOException {
    assertSays("fp32", () -> model(TINY, 7.5, 0, "fp32"));
    assertSays("guidance_rescale", () -> model(TINY, 1, 0.5, ""));
    assertSays("no such file or folder", () -> model(temp.resolve("none"), 1, 0, ""));
    Path pickled = copy(TINY);
    Files.move(
        pickled.resolve("unet/diffusion_pytorch_model.safetensors"),
        pickled.resolve("unet/diffusion_pytorch_model.bin"));
    Files.delete(pickled.resolve("unet/diffusion_pytorch_model.fp16.safetensors"));
    assertSays("is a pickle", () -> model(pickled, 1, 0, ""));
  }

  @Test
  void aSchedulerOfTheStudysMustHaveTheSameTraining() {
    assertSays(
        "schedule that the network was trained",
        () ->
            new DiffusersModel(
                PipelineFolder.of(TINY),
                new Ddim(5, 0, SchedulerFile.of("other", "{\"beta_start\": 0.001}")),
                1,
                0,
                Optional.empty(),
                Optional.empty(),
                new int[0],
                OptionalInt.empty(),
                Optional.empty()));
  }
}
