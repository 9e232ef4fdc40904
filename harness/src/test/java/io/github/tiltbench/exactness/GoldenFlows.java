package io.github.tiltbench.exactness;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowDiffusion;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Chains of flow whose laws were computed elsewhere, as studies would define them. */
public final class GoldenFlows {
  private GoldenFlows() {}

  /** The cases of some data whose chain no step of an SDE turns around. */
  public static List<JsonObject> stable(String data) throws IOException {
    return all(data).stream().filter(c -> !turns(c)).toList();
  }

  /** The others, which a study cannot define. */
  public static List<JsonObject> unstable(String data) throws IOException {
    return all(data).stream().filter(GoldenFlows::turns).toList();
  }

  private static List<JsonObject> all(String data) throws IOException {
    try (Reader reader =
        new InputStreamReader(
            GoldenFlows.class.getResourceAsStream("/flow/chains.json"), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader)
          .getAsJsonObject()
          .getAsJsonObject(data)
          .getAsJsonArray("cases")
          .asList()
          .stream()
          .map(JsonElement::getAsJsonObject)
          .toList();
    }
  }

  /** Whether {@code g^2 h / (2 t^2)} is above 1 in a step of its SDE. */
  private static boolean turns(JsonObject c) {
    int steps = c.get("steps").getAsInt();
    int least = last(c) == Flow.Last.EULER ? 1 : 2;
    boolean turns = false;
    for (int level = steps; level >= least && text(c, "sampler").equals("em"); level--) {
      double t = time(c, level);
      double squared =
          switch (text(c, "g")) {
            case "one" -> 1;
            case "rbf-3t2" -> 9 * Math.pow(t, 4);
            default -> 2 * t;
          };
      turns |= squared * (t - time(c, level - 1)) / (2 * t * t) > 1 + 1e-9;
    }
    return turns;
  }

  private static double time(JsonObject c, int level) {
    double even = (double) level / c.get("steps").getAsInt();
    return text(c, "grid").equals("shift3") ? 3 * even / (1 + 2 * even) : even;
  }

  private static String text(JsonObject c, String key) {
    return c.get(key).isJsonNull() ? "" : c.get(key).getAsString();
  }

  private static Flow.Last last(JsonObject c) {
    return text(c, "last").equals("euler") ? Flow.Last.EULER : Flow.Last.MEAN;
  }

  /** The chain of a case. */
  public static Flow flow(JsonObject c) {
    Optional<FlowDiffusion> diffusion =
        switch (text(c, "g")) {
          case "one" -> Optional.of(new FlowDiffusion(FlowDiffusion.Family.CONSTANT, 1));
          case "rbf-3t2" -> Optional.of(new FlowDiffusion(FlowDiffusion.Family.SQUARE, 3));
          case "sit-sigma" -> Optional.of(new FlowDiffusion(FlowDiffusion.Family.SIT_SIGMA, 1));
          default -> Optional.empty();
        };
    return new Flow(
        c.get("steps").getAsInt(),
        FlowSampler.valueOf(text(c, "sampler").toUpperCase(Locale.ROOT)),
        diffusion,
        last(c),
        Interpolant.LINEAR,
        Flow.Conversion.BOTH,
        Flow.Schedule.UNIFORM,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        shifted(text(c, "grid").equals("shift3") ? 3 : 1));
  }

  /** The default scheduler with a shift. */
  public static FlowSchedulerConfig shifted(double shift) {
    FlowSchedulerConfig d = FlowSchedulerConfig.DEFAULT;
    return new FlowSchedulerConfig(
        d.numTrainTimesteps(),
        shift,
        false,
        d.baseShift(),
        d.maxShift(),
        d.baseImageSeqLen(),
        d.maxImageSeqLen(),
        false,
        OptionalDouble.empty(),
        false,
        false,
        false,
        d.timeShiftType(),
        false,
        Optional.empty());
  }
}
