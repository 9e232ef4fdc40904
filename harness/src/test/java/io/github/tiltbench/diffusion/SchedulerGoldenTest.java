package io.github.tiltbench.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The numbers of diffusers itself.
 *
 * <p>{@code schedulers.csv} was written by running scheduling_ddim.py and scheduling_ddpm.py of
 * diffusers 0.39.0, unmodified, in PyTorch 1.13 at single precision on a CPU. A line is one
 * scheduler: process; num_train_timesteps; beta_schedule (scaled_linear with betas 0.00085..0.012,
 * else 0.0001..0.02); prediction_type; timestep_spacing; steps_offset; set_alpha_to_one;
 * clip_sample; clip_sample_range; variance_type; rescale_betas_zero_snr; steps; eta; then for up to
 * three levels: level, time-step, alphas_cumprod there, standard deviation, and the next sample
 * without noise for the state (0.9, -1.6, 0.1) and the model output (-0.7, 0.4, 1.2). The deviation
 * is eta * _get_variance ** 0.5 for DDIM; _get_variance ** 0.5 for DDPM, 0 at time-step 0.
 */
class SchedulerGoldenTest {
  private static final double[] X = {0.9, -1.6, 0.1};
  private static final float[] OUTPUT = {-0.7f, 0.4f, 1.2f};
  private static final List<String> KEYS =
      List.of(
          "num_train_timesteps",
          "beta_schedule",
          "prediction_type",
          "timestep_spacing",
          "steps_offset",
          "set_alpha_to_one",
          "clip_sample",
          "clip_sample_range",
          "variance_type",
          "rescale_betas_zero_snr");

  @Test
  void stepsAreThoseOfTheReference() throws IOException {
    List<String> lines = lines();
    assertEquals(486, lines.size());
    for (String line : lines) {
      String[] cells = line.split(";");
      GaussianProcess process = spec(cells).over(new StateSpace.Euclidean(new int[] {3}));
      PredictionType type = config(cells).predictionType();
      for (String level : Arrays.copyOfRange(cells, 13, cells.length)) {
        check(
            process,
            type,
            Arrays.stream(level.split(" ")).mapToDouble(Double::parseDouble).toArray(),
            line);
      }
    }
  }

  private static void check(GaussianProcess p, PredictionType type, double[] golden, String line) {
    int level = (int) golden[0];
    assertEquals(golden[1], p.time(level), line);
    double alphaBar = p.alphaBar(level);
    assertEquals(golden[2], alphaBar, 1e-6 * golden[2], line);
    Batch.Reals x = new Batch.Reals(X, new int[] {3});
    double[] means = new double[x.width()];
    type.clean(alphaBar, x.data(), 0, means.length, i -> OUTPUT[i], means);
    Batch.Reals clean = new Batch.Reals(means, x.item());
    GaussianStep law = p.law(x, level, new Prediction.Mean(clean));
    assertEquals(golden[3], law.std(), 1e-5, line);
    assertEquals(law.std() > 0, p.stochasticAt(level));
    for (int i = 0; i < X.length; i++) {
      double expected = golden[4 + i];
      double tolerance = 1e-5 * Math.max(1, Math.abs(expected));
      assertEquals(expected, law.mean().data()[i], tolerance, line);
    }
  }

  private static ProcessSpec.Gaussian spec(String[] cells) {
    int steps = Integer.parseInt(cells[11]);
    return cells[0].equals("ddim")
        ? new Ddim(steps, Double.parseDouble(cells[12]), config(cells))
        : new Ddpm(steps, config(cells));
  }

  private static SchedulerConfig config(String[] cells) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < KEYS.size(); i++) {
      json.add(KEYS.get(i), primitive(cells[i + 1]));
    }
    if (cells[2].equals("scaled_linear")) {
      json.addProperty("beta_start", 0.00085);
      json.addProperty("beta_end", 0.012);
    }
    return SchedulerFile.of("golden", json.toString());
  }

  private static JsonPrimitive primitive(String text) {
    if (text.equals("true") || text.equals("false")) {
      return new JsonPrimitive(Boolean.valueOf(text));
    }
    return text.matches("[0-9.]+")
        ? new JsonPrimitive(new BigDecimal(text))
        : new JsonPrimitive(text);
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = SchedulerGoldenTest.class.getResourceAsStream("schedulers.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** A checksum over the reference's grids for every step count, one line of text a grid. */
  @ParameterizedTest
  @CsvSource({
    "1000, LEADING, 4002476782", "1000, TRAILING, 635274398", "1000, LINSPACE, 2927041503",
    "50, LEADING, 374901889", "50, TRAILING, 2267458427", "50, LINSPACE, 2746894948",
    "77, LEADING, 2574260270", "77, TRAILING, 3906893427", "77, LINSPACE, 3422460019",
  })
  void everyGridIsThatOfTheReference(int train, TimestepSpacing spacing, long checksum) {
    CRC32 crc = new CRC32();
    for (int steps = 1; steps <= train; steps++) {
      int[] grid = spacing.timesteps(steps, train, 0);
      String line =
          IntStream.range(0, steps)
              .mapToObj(i -> Integer.toString(grid[grid.length - 1 - i]))
              .collect(Collectors.joining(" "));
      crc.update((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    assertEquals(checksum, crc.getValue());
  }

  @Test
  void theGridOfStableDiffusionBeginsAt981() {
    int[] grid = TimestepSpacing.LEADING.timesteps(50, 1000, 1);
    assertEquals(981, grid[50]);
    assertEquals(961, grid[49]);
    assertEquals(1, grid[1]);
    assertTrue(grid.length == 51);
  }
}
