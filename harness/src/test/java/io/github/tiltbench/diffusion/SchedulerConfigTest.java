package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerConfigTest {
  private static final String STABLE_DIFFUSION_1_5 =
      """
      {"_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012,
       "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000,
       "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1,
       "trained_betas": null, "clip_sample": false}
      """;
  private static final String SDXL =
      """
      {"_class_name": "EulerDiscreteScheduler", "_diffusers_version": "0.19.0.dev0",
       "beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085,
       "clip_sample": false, "interpolation_type": "linear", "num_train_timesteps": 1000,
       "prediction_type": "epsilon", "sample_max_value": 1.0, "set_alpha_to_one": false,
       "skip_prk_steps": true, "steps_offset": 1, "timestep_spacing": "leading",
       "trained_betas": null, "use_karras_sigmas": false}
      """;

  private static SchedulerConfig of(String json) {
    return SchedulerFile.of("scheduler", json);
  }

  @Test
  void publishedFilesWorkAsTheyAre(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("scheduler_config.json");
    Files.writeString(file, STABLE_DIFFUSION_1_5);
    SchedulerConfig config = SchedulerFile.read(file);
    assertEquals(BetaSchedule.SCALED_LINEAR, config.betaSchedule());
    assertEquals(PredictionType.EPSILON, config.predictionType());
    assertEquals(Double.POSITIVE_INFINITY, config.clip());
    GaussianChain chain = new Ddim(50, 1, config).over(new StateSpace.Euclidean(new int[] {1}));
    assertEquals(981, chain.time(50));
    double[] train = NoiseSchedule.of(config).alphaBar();
    assertEquals(train[0], chain.alphaBar(0), "the level below the last is not clean");
    assertTrue(chain.stochasticAt(1), "so the last step still draws noise");
    assertEquals(config, of(SDXL), "the same scheduler in other words");
  }

  @Test
  void anEmptyObjectIsTheDefault() {
    assertEquals(SchedulerConfig.DEFAULT, of("{}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "beta_shedule | ~linear~",
        "beta_schedule | ~sigmoid~",
        "beta_schedule | ~LINEAR~",
        "beta_start | ~0.1~",
        "beta_start | -0.1",
        "beta_end | 1.5",
        "trained_betas | [0.1]",
        "num_train_timesteps | 0",
        "num_train_timesteps | 10.5",
        "prediction_type | ~score~",
        "timestep_spacing | null",
        "steps_offset | -1",
        "clip_sample | 1",
        "clip_sample_range | 0",
        "variance_type | ~fixed_medium~",
        "thresholding | true",
        "use_karras_sigmas | true",
        "interpolation_type | ~log_linear~",
        "solver_order | 2",
      })
  void whatWouldChangeANumberIsRefusedByName(String key, String value) {
    String json = "{\"" + key + "\": " + value.replace('~', '"') + "}";
    Exception refused = assertThrows(ConfigException.class, () -> of(json));
    assertTrue(refused.getMessage().startsWith("scheduler:1:"), refused.getMessage());
    String problem = refused.getMessage().replaceFirst("scheduler:1:[0-9]+: (unknown key ')?", "");
    assertTrue(problem.startsWith(key), refused.getMessage());
  }

  @Test
  void aFileThatHoldsNoObjectIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("scheduler_config.json");
    for (String text :
        new String[] {"[1, 2]", "{\"beta_start\":", "", "{beta_start: 0.1}", "{\"eta\": 1}"}) {
      Files.writeString(file, text);
      Exception refused = assertThrows(ConfigException.class, () -> SchedulerFile.read(file));
      assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
    }
  }

  private static SchedulerConfig read(Path folder, String json) throws IOException {
    return SchedulerFile.read(Files.writeString(folder.resolve("scheduler_config.json"), json));
  }

  /** Flow matching has another noise; its file may hold no key that tells. */
  @Test
  void theSchedulerOfAnotherProcessIsRefused(@TempDir Path folder) throws IOException {
    for (String name :
        List.of("FlowMatchEulerDiscreteScheduler", "EDMEulerScheduler", "VQDiffusionScheduler")) {
      String json = "{\n  \"_class_name\": \"" + name + "\",\n  \"num_train_timesteps\": 1000\n}";
      Exception refused = assertThrows(ConfigException.class, () -> read(folder, json));
      assertTrue(
          refused
              .getMessage()
              .startsWith(
                  folder.resolve("scheduler_config.json")
                      + ":2:18: _class_name '"
                      + name
                      + "' is no scheduler of these; "),
          refused.getMessage());
    }
    for (String name : List.of("DDIMScheduler", "DDPMScheduler", "DPMSolverMultistepScheduler")) {
      assertEquals(SchedulerConfig.DEFAULT, read(folder, "{\"_class_name\": \"" + name + "\"}"));
    }
    assertEquals(SchedulerConfig.DEFAULT, read(folder, "{\"_diffusers_version\": \"0.6.0\"}"));
  }

  @Test
  void aVarianceIsTakenWhereItIsNotUsedAndWhereItIsAnother() {
    SchedulerConfig log = of("{\"variance_type\": \"fixed_small_log\"}");
    assertEquals(SchedulerConfig.DEFAULT, log, "the same law");
    assertEquals(new Ddpm(10, SchedulerConfig.DEFAULT), new Ddpm(10, log));
    for (String type : List.of("learned", "learned_range", "fixed_large_log")) {
      SchedulerConfig learned = of("{\"variance_type\": \"" + type + "\"}");
      assertEquals(new Ddim(10, 1, SchedulerConfig.DEFAULT), new Ddim(10, 1, learned), type);
      Exception refused = assertThrows(IllegalArgumentException.class, () -> new Ddpm(10, learned));
      assertEquals(
          "scheduler has variance_type "
              + type
              + ", which no step here can draw; fixed_small and fixed_large can be drawn",
          refused.getMessage());
    }
    SchedulerConfig large = of("{\"variance_type\": \"fixed_large\"}");
    assertNotEquals(
        new Ddim(10, 1, SchedulerConfig.DEFAULT), new Ddim(10, 1, large), "keys stay as they were");
  }

  @Test
  void trainedBetasReplaceTheSchedule() {
    String betas =
        IntStream.range(0, 4).mapToObj(i -> "0." + (i + 1)).collect(Collectors.joining(","));
    SchedulerConfig config = of("{\"num_train_timesteps\": 4, \"trained_betas\": [" + betas + "]}");
    assertArrayEquals(
        new double[] {0.9, 0.72, 0.504, 0.3024}, NoiseSchedule.of(config).alphaBar(), 1e-7);
  }

  @Test
  void schedulesThatStandStillAreRefused() {
    SchedulerConfig flat = of("{\"beta_start\": 1e-9}");
    Exception refused = assertThrows(IllegalArgumentException.class, () -> NoiseSchedule.of(flat));
    assertTrue(refused.getMessage().startsWith("beta_schedule"), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"0, steps", "1001, steps", "1000, steps"})
  void gridsOutsideTheTrainingRangeAreRefused(int steps, String key) {
    SchedulerConfig config = of("{\"steps_offset\": 1}");
    for (Runnable make :
        new Runnable[] {() -> new Ddim(steps, 0, config), () -> new Ddpm(steps, config)}) {
      Exception refused = assertThrows(IllegalArgumentException.class, make::run);
      assertTrue(refused.getMessage().startsWith(key), refused.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"-0.1", "NaN", "Infinity", "1.5"})
  void etaThatNoStepCanHaveIsRefused(double eta) {
    Exception refused =
        assertThrows(
            IllegalArgumentException.class, () -> new Ddim(10, eta, SchedulerConfig.DEFAULT));
    assertTrue(refused.getMessage().startsWith("eta"), refused.getMessage());
  }

  @Test
  void noiseAtZeroSignalCannotBeReadOffANoisePrediction() {
    SchedulerConfig config =
        of("{\"rescale_betas_zero_snr\": true, \"timestep_spacing\": \"trailing\"}");
    Exception refused = assertThrows(IllegalArgumentException.class, () -> new Ddim(10, 1, config));
    assertTrue(refused.getMessage().contains("rescale_betas_zero_snr"), refused.getMessage());
  }
}
