package io.github.tiltbench.diffusion.flow;

import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.LINE;
import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.doubles;
import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.given;
import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.golden;
import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.objects;
import static io.github.tiltbench.diffusion.flow.FlowGoldenTest.points;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepPredictor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Levels and loops of diffusers' schedulers of flow matching, against numbers computed by them. */
class FlowSchedulerGoldenTest {
  private static FlowSchedulerConfig config(JsonObject keys) {
    FlowSchedulerConfig d = FlowSchedulerConfig.DEFAULT;
    JsonObject k = keys;
    return new FlowSchedulerConfig(
        given(k, "num_train_timesteps") ? k.get("num_train_timesteps").getAsInt() : 1000,
        given(k, "shift") ? k.get("shift").getAsDouble() : 1,
        given(k, "use_dynamic_shifting"),
        d.baseShift(),
        d.maxShift(),
        d.baseImageSeqLen(),
        d.maxImageSeqLen(),
        given(k, "invert_sigmas"),
        given(k, "shift_terminal")
            ? OptionalDouble.of(k.get("shift_terminal").getAsDouble())
            : OptionalDouble.empty(),
        given(k, "use_karras_sigmas"),
        given(k, "use_exponential_sigmas"),
        given(k, "use_beta_sigmas"),
        given(k, "time_shift_type")
            ? FlowSchedulerConfig.TimeShift.LINEAR
            : FlowSchedulerConfig.TimeShift.EXPONENTIAL,
        given(k, "stochastic_sampling"),
        Optional.empty());
  }

  /** The length of a state that has a mu, by the formula of diffusers' pipelines. */
  private static OptionalInt length(JsonObject golden) {
    if (!given(golden, "mu")) {
      return OptionalInt.empty();
    }
    double mu = golden.get("mu").getAsDouble();
    return OptionalInt.of((int) Math.rint(256 + (mu - 0.5) * (4096 - 256) / 0.65));
  }

  @Test
  void levelsAreThoseOfDiffusers() throws IOException {
    List<String> refused = new ArrayList<>();
    int checked = 0;
    for (JsonObject golden : objects(golden("scheduler").get("euler"))) {
      String name = golden.get("name").getAsString();
      if (name.startsWith("invert")) {
        assertThrows(
            IllegalArgumentException.class, () -> config(golden.getAsJsonObject("config")), name);
        refused.add(name);
        continue;
      }
      FlowSchedulerConfig config = config(golden.getAsJsonObject("config"));
      double[] sigmas = sigmas(golden, config);
      double[] expected = doubles(golden.get("sigmas"));
      assertArrayEquals(Arrays.copyOf(expected, sigmas.length), sigmas, 1e-6, name);
      assertEquals(0, expected[sigmas.length], name);
      if (name.equals("ntrain1-4")) {
        assertThrows(IllegalArgumentException.class, () -> loop(config, sigmas), name);
        refused.add(name);
        continue;
      }
      assertEquals(golden.get("loop_sum").getAsDouble(), loop(config, sigmas), 1e-3, name);
      checked++;
    }
    assertEquals(List.of("ntrain1-4", "invert-10", "invert-shift3-10"), refused);
    assertEquals(47, checked);
  }

  private static double[] sigmas(JsonObject golden, FlowSchedulerConfig config) {
    if (given(golden, "given_sigmas")) {
      return config.sigmas(doubles(golden.get("given_sigmas")), length(golden));
    }
    if (given(golden, "given_timesteps")) {
      double[] times = doubles(golden.get("given_timesteps"));
      return config.sigmas(Arrays.stream(times).map(t -> t / 1000).toArray(), length(golden));
    }
    return config.ownSigmas(golden.get("num_inference_steps").getAsInt(), length(golden));
  }

  /** FlowMatchHeunDiscreteScheduler: the same levels, each but the first and the last twice. */
  @Test
  void heunIsThatOfDiffusers() throws IOException {
    List<JsonObject> all = objects(golden("scheduler").get("heun"));
    for (JsonObject golden : all) {
      FlowSchedulerConfig config = config(golden.getAsJsonObject("config"));
      double[] sigmas = sigmas(golden, config);
      double[] twice = doubles(golden.get("sigmas"));
      assertEquals(2 * sigmas.length, twice.length);
      for (int i = 0; i < sigmas.length; i++) {
        assertEquals(twice[2 * i], sigmas[i], 1e-6);
      }
      double sum = loop(config, sigmas, FlowSampler.HEUN);
      assertEquals(golden.get("loop_sum").getAsDouble(), sum, 1e-3);
    }
    assertEquals(3, all.size());
  }

  private static double loop(FlowSchedulerConfig config, double[] sigmas) {
    FlowSampler sampler = config.stochasticSampling() ? FlowSampler.STOCHASTIC : FlowSampler.EULER;
    return loop(config, sigmas, sampler);
  }

  /** The sum of what the dummy model and sample of diffusers' tests end at. */
  private static double loop(FlowSchedulerConfig config, double[] sigmas, FlowSampler sampler) {
    GaussianProcess chain =
        Flow.chain(
            FlowGrid.of(Interpolant.LINEAR, sigmas, Optional.empty()),
            sampler,
            Flow.Last.MEAN,
            OptionalDouble.empty(),
            config,
            LINE);
    double[] x = new double[768];
    double[] z = new double[768];
    Arrays.setAll(x, i -> i / 768.0);
    Arrays.setAll(z, i -> (767 - i) / 768.0);
    for (int level = chain.steps(); level >= 1; level--) {
      int[] levels = new int[768];
      int[] below = new int[768];
      Arrays.fill(levels, level);
      Arrays.fill(below, level - 1);
      Prediction prediction =
          new StepPredictor(new Dummy(chain), chain)
              .predict(points(x), levels, below, new Condition[768]);
      GaussianStep law = chain.law(points(x), level, prediction);
      for (int i = 0; i < x.length; i++) {
        x[i] = law.mean().data()[i] + law.std() * z[i];
      }
    }
    return Arrays.stream(x).map(Math::abs).sum();
  }

  /** The dummy model of diffusers' tests: the velocity is x t / (t + 1). */
  private record Dummy(GaussianProcess chain) implements Denoiser {
    @Override
    public StateSpace space() {
      return LINE;
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      double[] now = ((Batch.Reals) x).data().clone();
      double[] clean = new double[now.length];
      double a = chain.alphaBar(level[0]);
      double t = chain.time(level[0]);
      double c = PredictionType.FLOW.inputFactor(a);
      PredictionType.FLOW.clean(
          a, now, 0, now.length, i -> (float) (c * now[i] * t / (t + 1)), clean);
      return new Prediction.Mean(points(clean));
    }

    @Override
    public Cost odometer() {
      return Cost.ZERO;
    }
  }

  @Test
  void aShiftByLengthIsTheOneOfThePipelines() throws IOException {
    JsonObject keys = new JsonObject();
    keys.addProperty("use_dynamic_shifting", true);
    FlowSchedulerConfig config = config(keys);
    for (JsonObject golden : objects(golden("scheduler").get("flux_mu"))) {
      double factor = Math.exp(golden.get("mu").getAsDouble());
      double half =
          config
              .sigmas(new double[] {0.5}, OptionalInt.of(golden.get("image_seq_len").getAsInt()))[
              0];
      assertEquals(factor / (1 + factor), half, 1e-7);
    }
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> config.sigmas(new double[] {1}, OptionalInt.empty()));
    assertTrue(refused.getMessage().contains("image_seq_len"), refused.getMessage());
  }
}
