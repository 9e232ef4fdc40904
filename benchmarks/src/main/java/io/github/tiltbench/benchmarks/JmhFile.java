package io.github.tiltbench.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the JSON that JMH writes. */
final class JmhFile {
  private JmhFile() {}

  /**
   * The measurements of a file, in its order.
   *
   * @throws IllegalArgumentException if it is not such a file
   */
  static List<Measurement> read(Path file) throws IOException {
    try {
      List<Measurement> measurements = new ArrayList<>();
      for (JsonElement entry : JsonParser.parseString(Files.readString(file)).getAsJsonArray()) {
        measurements.add(measurement(entry.getAsJsonObject()));
      }
      return measurements;
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IllegalArgumentException(file + " is not a file of JMH's JSON", e);
    }
  }

  private static Measurement measurement(JsonObject entry) {
    SortedMap<String, String> parameters = new TreeMap<>();
    if (entry.has("params")) {
      entry
          .getAsJsonObject("params")
          .asMap()
          .forEach((name, value) -> parameters.put(name, value.getAsString()));
    }
    Map<String, Sample> others = new HashMap<>();
    entry
        .getAsJsonObject("secondaryMetrics")
        .asMap()
        .forEach((name, value) -> others.put(name, sample(value.getAsJsonObject())));
    List<String> options =
        entry.getAsJsonArray("jvmArgs").asList().stream().map(JsonElement::getAsString).toList();
    String name = entry.get("benchmark").getAsString();
    int method = name.lastIndexOf('.');
    return new Measurement(
        name.substring(name.lastIndexOf('.', method - 1) + 1),
        parameters,
        sample(entry.getAsJsonObject("primaryMetric")),
        others,
        options);
  }

  private static Sample sample(JsonObject metric) {
    List<Double> values = new ArrayList<>();
    for (JsonElement fork : metric.getAsJsonArray("rawData")) {
      JsonArray iterations = fork.getAsJsonArray();
      iterations.forEach(value -> values.add(value.getAsDouble()));
    }
    return new Sample(
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        metric.get("scoreUnit").getAsString());
  }
}
