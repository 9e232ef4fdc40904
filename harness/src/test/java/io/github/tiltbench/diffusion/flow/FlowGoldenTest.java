package io.github.tiltbench.diffusion.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.StateSpace;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/**
 * Flows against numbers computed elsewhere: conversions and integrators of SiT, laws of discretised
 * chains.
 */
class FlowGoldenTest {
  static final StateSpace.Euclidean LINE = new StateSpace.Euclidean(new int[] {1});

  static JsonObject golden(String name) throws IOException {
    try (Reader reader =
        new InputStreamReader(
            FlowGoldenTest.class.getResourceAsStream("/flow/" + name + ".json"),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }

  static List<JsonObject> objects(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsJsonObject).toList();
  }

  static double[] doubles(JsonElement array) {
    return new Gson().fromJson(array, double[].class);
  }

  static boolean given(JsonObject object, String key) {
    return object.has(key) && !object.get(key).isJsonNull();
  }

  private static Optional<FlowDiffusion> diffusion(JsonObject chain) {
    if (!given(chain, "g")) {
      return Optional.empty();
    }
    return Optional.of(
        switch (chain.get("g").getAsString()) {
          case "one" -> new FlowDiffusion(FlowDiffusion.Family.CONSTANT, 1);
          case "rbf-3t2" -> new FlowDiffusion(FlowDiffusion.Family.SQUARE, 3);
          case "sit-sigma" -> new FlowDiffusion(FlowDiffusion.Family.SIT_SIGMA, 1);
          default -> throw new AssertionError(chain.get("g"));
        });
  }

  private static Flow.Last last(JsonObject chain) {
    return given(chain, "last") && chain.get("last").getAsString().equals("euler")
        ? Flow.Last.EULER
        : Flow.Last.MEAN;
  }

  private static FlowSampler sampler(JsonObject chain) {
    return FlowSampler.valueOf(
        chain.get("sampler").getAsString().toUpperCase(java.util.Locale.ROOT));
  }

  /** Noise levels of a chain before 0. */
  private static double[] levels(JsonObject chain) {
    int steps = chain.get("steps").getAsInt();
    double[] levels = FlowSchedulerConfig.linspace(1, 1.0 / steps, steps);
    boolean shifted = chain.get("grid").getAsString().equals("shift3");
    return Arrays.stream(levels).map(t -> shifted ? 3 * t / (1 + 2 * t) : t).toArray();
  }

  @Test
  void stepsAreThoseOfTheIntegratorsTheyAreNamedAfter() throws IOException {
    int checked = 0;
    for (JsonObject chain : objects(golden("chains").getAsJsonObject("gaussian").get("cases"))) {
      if (!given(chain, "c_clean")) {
        continue;
      }
      double[] sigma = doubles(chain.get("sigmas"));
      for (int i = 0; i + 1 < sigma.length; i++) {
        double t = sigma[i];
        double g2 = diffusion(chain).map(d -> d.squared(Interpolant.LINEAR.at(t))).orElse(0.0);
        FlowSampler.Step step =
            sigma[i + 1] == 0 && last(chain) == Flow.Last.MEAN
                ? FlowSampler.Step.MEAN
                : sampler(chain)
                    .step(Interpolant.LINEAR.at(t), Interpolant.LINEAR.at(sigma[i + 1]), g2);
        assertEquals(doubles(chain.get("c_clean"))[i], step.clean(), 1e-12, chain.toString());
        assertEquals(doubles(chain.get("c_noise"))[i], step.noise(), 1e-12, chain.toString());
        assertEquals(doubles(chain.get("std"))[i], step.std(), 1e-12, chain.toString());
        checked++;
      }
    }
    assertTrue(checked > 200, checked + " steps");
  }

  /** The law of level 0 under Gaussian data, from the steps as the chain takes them. */
  @Test
  void chainsOfGaussianDataHaveTheLawOfTheirDiscretisation() throws IOException {
    double mu = 0.7;
    double s2 = 0.25;
    int checked = 0;
    for (JsonObject golden : objects(golden("chains").getAsJsonObject("gaussian").get("cases"))) {
      GaussianProcess chain = chain(golden);
      double m = 0;
      double v = 1;
      for (int level = chain.steps(); level >= 1; level--) {
        double at0 = next(chain, level, 0, mu, s2).mean().data()[0];
        GaussianStep at1 = next(chain, level, 1, mu, s2);
        double slope = at1.mean().data()[0] - at0;
        m = slope * m + at0;
        v = slope * slope * v + at1.std() * at1.std();
      }
      assertEquals(golden.get("final_mean").getAsDouble(), m, 1e-12, golden.toString());
      assertEquals(golden.get("final_variance").getAsDouble(), v, 1e-12, golden.toString());
      checked++;
    }
    assertEquals(66, checked);
  }

  private static GaussianProcess chain(JsonObject golden) {
    return Flow.chain(
        FlowGrid.of(Interpolant.LINEAR, levels(golden), diffusion(golden)),
        sampler(golden),
        last(golden),
        OptionalDouble.empty(),
        FlowSchedulerConfig.DEFAULT,
        LINE);
  }

  private static GaussianStep next(
      GaussianProcess chain, int level, double x, double mu, double s2) {
    double a = chain.alphaBar(level);
    double clean = mu + Math.sqrt(a) * s2 / (a * s2 + 1 - a) * (x - Math.sqrt(a) * mu);
    return chain.law(points(x), level, new Prediction.Mean(points(clean)));
  }

  static Batch.Reals points(double... x) {
    return new Batch.Reals(x, new int[] {1});
  }

  /**
   * SiT runs from noise at 0 to data at 1: its velocity is the internal one with the sign turned.
   */
  @Test
  void velocitiesConvertAsInSit() throws IOException {
    int checked = 0;
    for (JsonObject golden : objects(golden("conversions").get("sit"))) {
      if (!golden.get("path").getAsString().equals("Linear")) {
        continue;
      }
      double alpha = golden.get("alpha").getAsDouble();
      double sigma = golden.get("sigma").getAsDouble();
      double c = Math.hypot(alpha, sigma);
      assertConverts(golden, "velocity_sit", -1, "x", c, alpha * alpha / (c * c));
      checked++;
    }
    assertEquals(5, checked);
  }

  @Test
  void aFlowNetworkOnAVariancePreservingChainIsConverted() throws IOException {
    List<JsonObject> all = objects(golden("conversions").get("linear_to_vp"));
    for (JsonObject golden : all) {
      double alphaBar = golden.get("alpha_bar").getAsDouble();
      assertEquals(
          golden.get("c").getAsDouble(), 1 / PredictionType.FLOW.inputFactor(alphaBar), 1e-12);
      assertEquals(golden.get("t").getAsDouble(), PredictionType.FLOW.time(alphaBar, 0, 1), 1e-12);
      assertConverts(golden, "u_linear", 1, "x_bar", 1, alphaBar);
    }
    assertEquals(9, all.size());
  }

  private static void assertConverts(
      JsonObject golden, String velocity, int sign, String state, double scale, double alphaBar) {
    double[] u = doubles(golden.get(velocity));
    double[] x = doubles(golden.get(state));
    double[] clean = doubles(golden.get("clean"));
    double[] noise = doubles(golden.get("noise"));
    for (int i = 0; i < x.length; i++) {
      double at = x[i] / scale;
      double converted =
          PredictionType.FLOW.stateFactor(alphaBar) * at
              + PredictionType.FLOW.outputFactor(alphaBar) * sign * u[i];
      assertEquals(clean[i], converted, 1e-12);
      double rest = (at - Math.sqrt(alphaBar) * converted) / Math.sqrt(1 - alphaBar);
      assertEquals(noise[i], rest, 1e-12);
    }
  }

  @Test
  void pathsAndNoiseCoefficientsAreThoseOfSit() throws IOException {
    int checked = 0;
    for (JsonObject golden : objects(golden("conversions").get("sit"))) {
      Interpolant path =
          switch (golden.get("path").getAsString()) {
            case "Linear" -> Interpolant.LINEAR;
            case "VP" -> Interpolant.VP;
            default -> Interpolant.TRIGONOMETRIC;
          };
      Interpolant.Point point = path.at(1 - golden.get("t_sit").getAsDouble());
      assertIs(golden, point, -1);
      JsonObject w = golden.getAsJsonObject("w");
      for (var family :
          List.of(
              List.of("constant", FlowDiffusion.Family.SIT_CONSTANT),
              List.of("SBDM", FlowDiffusion.Family.SIT_SBDM),
              List.of("sigma", FlowDiffusion.Family.SIT_SIGMA),
              List.of("linear", FlowDiffusion.Family.SIT_LINEAR),
              List.of("decreasing", FlowDiffusion.Family.SIT_DECREASING),
              List.of("inccreasing-decreasing", FlowDiffusion.Family.SIT_INCREASING_DECREASING))) {
        double g2 = new FlowDiffusion((FlowDiffusion.Family) family.get(1), 1).squared(point);
        double expected = 2 * w.get((String) family.get(0)).getAsDouble();
        assertEquals(expected, g2, 1e-12 * (1 + g2), path + " " + family.get(0));
      }
      checked++;
    }
    assertEquals(15, checked);
  }

  private static void assertIs(JsonObject golden, Interpolant.Point point, int direction) {
    assertEquals(golden.get("alpha").getAsDouble(), point.signal(), 1e-12);
    assertEquals(golden.get("sigma").getAsDouble(), point.noise(), 1e-12);
    double rate = golden.get("dalpha").getAsDouble();
    assertEquals(direction * rate, point.signalRate(), 1e-11 * (1 + Math.abs(rate)));
    rate = golden.get("dsigma").getAsDouble();
    assertEquals(direction * rate, point.noiseRate(), 1e-11 * (1 + Math.abs(rate)));
  }

  /** The velocity of the path generated on is that of the clean state and noise predicted. */
  @Test
  void anotherPathIsThatOfTheSameSignalToNoise() throws IOException {
    for (JsonObject golden : objects(golden("conversions").get("linear_to_vp"))) {
      Interpolant.Point point = Interpolant.VP.at(golden.get("s").getAsDouble());
      assertIs(golden, point, 1);
      assertEquals(golden.get("t").getAsDouble(), point.linearTime(), 1e-12);
      double[] clean = doubles(golden.get("clean"));
      double[] noise = doubles(golden.get("noise"));
      double[] velocity = doubles(golden.get("u_bar"));
      for (int i = 0; i < clean.length; i++) {
        double u = point.signalRate() * clean[i] + point.noiseRate() * noise[i];
        assertEquals(velocity[i], u, 1e-10 * (1 + Math.abs(u)));
      }
    }
  }

  /**
   * Variances of unit Gaussian data after steps of Euler and Maruyama, by their recursion on paper:
   * {@code v <- (1 - k h)^2 v + g^2 h} on the linear path, {@code v <- (1 - r)^2 v + 2 r} with
   * {@code r = g^2 h / 2} on the variance-preserving one.
   */
  @Test
  void variancesOfEulerAndMaruyamaFollowTheirRecursion() {
    double[][] linear = {{0.77261, 0.94988, 0.98723}, {0.98620, 0.99109, 0.99746}};
    int[] steps = {10, 50, 200};
    for (int i = 0; i < steps.length; i++) {
      double[] even = FlowSchedulerConfig.linspace(1, 1.0 / steps[i], steps[i]);
      assertEquals(
          linear[0][i],
          variance(even, Interpolant.LINEAR, FlowSampler.EULER, Optional.empty(), 0),
          5e-6);
      assertEquals(
          linear[1][i], variance(even, Interpolant.LINEAR, FlowSampler.EM, SQUARE, 0), 5e-6);
    }
    double[] even = FlowSchedulerConfig.linspace(1, 0.1, 10);
    double[] rbf = Arrays.stream(even).map(t -> Math.sqrt(1 - (1 - t) * (1 - t))).toArray();
    assertEquals(1.116035, variance(even, Interpolant.VP, FlowSampler.EM, SQUARE, 0), 5e-7);
    assertEquals(1.065598, variance(rbf, Interpolant.VP, FlowSampler.EM, SQUARE, 1), 5e-7);
  }

  private static final Optional<FlowDiffusion> SQUARE =
      Optional.of(new FlowDiffusion(FlowDiffusion.Family.SQUARE, 3));

  /** The variance at a level, under data N(0, 1). */
  private static double variance(
      double[] times,
      Interpolant path,
      FlowSampler sampler,
      Optional<FlowDiffusion> diffusion,
      int until) {
    GaussianProcess chain =
        Flow.chain(
            FlowGrid.of(path, times, diffusion),
            sampler,
            Flow.Last.EULER,
            OptionalDouble.empty(),
            FlowSchedulerConfig.DEFAULT,
            LINE);
    double v = 1;
    for (int level = chain.steps(); level > until; level--) {
      GaussianStep at1 = next(chain, level, 1, 0, 1);
      double slope = at1.mean().data()[0];
      v = slope * slope * v + at1.std() * at1.std();
    }
    return v;
  }
}
