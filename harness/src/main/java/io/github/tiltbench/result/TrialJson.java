package io.github.tiltbench.result;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Trials and failures as canonical JSON: sorted keys, shortest decimals, wall time last.
 *
 * <p>Two runs of a trial give the same bytes up to {@code wall_s}.
 */
final class TrialJson {
  private static final String WALL = ",\"wall_s\":";

  private TrialJson() {}

  static String write(Trial trial) {
    Map<String, Object> fields = id(trial.id());
    fields.put("cost", trial.cost());
    fields.put("cross_rewards", trial.crossRewards());
    fields.put("independent", trial.independent());
    fields.put("log_weights", trial.logWeights());
    fields.put("rewards", trial.rewards());
    fields.put("samples", samples(trial.samples()));
    fields.put("scalars", trial.scalars());
    fields.put("traces", trial.traces());
    fields.put("wall_s", trial.wallSeconds());
    return Json.canonical(fields);
  }

  static String write(Failure failure) {
    Map<String, Object> fields = id(failure.id());
    fields.put("kind", failure.kind());
    fields.put("message", failure.message());
    return Json.canonical(fields);
  }

  private static Map<String, Object> id(TrialId id) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("cell", id.cell());
    fields.put("prompt", id.prompt());
    fields.put("repetition", id.repetition());
    return fields;
  }

  /** What two runs of one trial have in common: a line up to its wall time. */
  static String content(String json) {
    return json.substring(0, json.lastIndexOf(WALL));
  }

  private static Object samples(Stored samples) {
    if (samples instanceof Stored.Saved saved) {
      return saved;
    }
    Batch batch = ((Stored.Inline) samples).batch();
    List<Object> rows = new ArrayList<>();
    if (batch instanceof Batch.Tokens tokens) {
      for (int i = 0; i < tokens.size(); i++) {
        rows.add(tokens.row(i));
      }
      return Map.of("tokens", rows, "length", tokens.length());
    }
    Batch.Reals reals = (Batch.Reals) batch;
    for (int i = 0; i < reals.size(); i++) {
      rows.add(reals.row(i));
    }
    return Map.of("reals", rows, "item", reals.item());
  }

  /**
   * @throws JsonParseException if the line is not a trial
   */
  static Trial trial(String json) {
    return parsed(
        json,
        o ->
            new Trial(
                id(o),
                samples(o.getAsJsonObject("samples")),
                o.get("independent").getAsBoolean(),
                doubles(o.get("log_weights")),
                doubles(o.get("rewards")),
                map(o.getAsJsonObject("cross_rewards"), TrialJson::doubles),
                cost(o.getAsJsonObject("cost")),
                map(o.getAsJsonObject("scalars"), TrialJson::real),
                map(o.getAsJsonObject("traces"), TrialJson::doubles),
                real(o.get("wall_s"))));
  }

  /**
   * @throws JsonParseException if the line is not a failure
   */
  static Failure failure(String json) {
    return parsed(
        json, o -> new Failure(id(o), o.get("kind").getAsString(), o.get("message").getAsString()));
  }

  private static <T> T parsed(String json, Function<JsonObject, T> read) {
    try {
      return read.apply(JsonParser.parseString(json).getAsJsonObject());
    } catch (NullPointerException
        | IllegalStateException
        | IllegalArgumentException
        | ClassCastException
        | UnsupportedOperationException e) {
      throw new JsonParseException("not a record of this version", e);
    }
  }

  private static TrialId id(JsonObject o) {
    return new TrialId(
        o.get("cell").getAsString(), o.get("prompt").getAsString(), o.get("repetition").getAsInt());
  }

  private static Cost cost(JsonObject o) {
    return new Cost(
        o.get("nfe").getAsLong(),
        o.get("rows").getAsLong(),
        o.get("backward").getAsLong(),
        o.get("reward").getAsLong(),
        o.get("decode").getAsLong());
  }

  private static Stored samples(JsonObject o) {
    if (o.has("file")) {
      return new Stored.Saved(
          o.get("file").getAsString(),
          o.get("size").getAsInt(),
          o.get("bytes").getAsLong(),
          o.get("sha256").getAsString());
    }
    if (o.has("tokens")) {
      int[] all =
          rows(o.get("tokens"))
              .flatMapToInt(r -> Arrays.stream(doubles(r)).mapToInt(d -> (int) d))
              .toArray();
      return new Stored.Inline(new Batch.Tokens(all, o.get("length").getAsInt()));
    }
    double[] all = rows(o.get("reals")).flatMapToDouble(r -> Arrays.stream(doubles(r))).toArray();
    int[] item = Arrays.stream(doubles(o.get("item"))).mapToInt(d -> (int) d).toArray();
    return new Stored.Inline(new Batch.Reals(all, item));
  }

  private static java.util.stream.Stream<JsonElement> rows(JsonElement rows) {
    return rows.getAsJsonArray().asList().stream();
  }

  /** A number; what is not finite is a text. */
  private static double real(JsonElement e) {
    return e.getAsDouble();
  }

  private static double[] doubles(JsonElement e) {
    JsonArray array = e.getAsJsonArray();
    return array.asList().stream().mapToDouble(TrialJson::real).toArray();
  }

  private static <V> Map<String, V> map(JsonObject o, Function<JsonElement, V> read) {
    Map<String, V> map = new TreeMap<>();
    o.entrySet().forEach(e -> map.put(e.getKey(), read.apply(e.getValue())));
    return map;
  }
}
