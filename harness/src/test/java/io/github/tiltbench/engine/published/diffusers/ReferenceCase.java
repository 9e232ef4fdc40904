package io.github.tiltbench.engine.published.diffusers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.published.PublishedNetwork;
import io.github.tiltbench.engine.published.Weight;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Inputs and outputs of a small network of diffusers 0.27.2.
 *
 * @param description its configuration and its keys
 * @param values inputs {@code in.*} and outputs {@code out.*}
 */
record ReferenceCase(String name, JsonObject description, Safetensors values) {
  static final Path FOLDER = Path.of("src/test/resources/sd");

  static ReferenceCase of(String name) {
    try {
      return new ReferenceCase(
          name,
          json(FOLDER.resolve(name + ".json")),
          Safetensors.read(FOLDER.resolve(name + ".safetensors")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  /** A JSON object as a configuration file. */
  static Node node(JsonObject json) {
    return JsonTree.parse("config.json", 1, json.toString());
  }

  JsonObject config() {
    return description.getAsJsonObject("config");
  }

  double gain() {
    return description.get("gain").getAsDouble();
  }

  Tensor.Floats value(String key) {
    return values.tensors().get(key);
  }

  /** Shapes by key, as texts. */
  TreeMap<String, String> keys() {
    TreeMap<String, String> keys = new TreeMap<>();
    for (var entry : description.getAsJsonObject("keys").entrySet()) {
      keys.put(entry.getKey(), entry.getValue().toString().replace(",", ", "));
    }
    return keys;
  }

  /** Shapes by key, of all weights of networks. */
  static TreeMap<String, String> keys(PublishedNetwork... networks) {
    TreeMap<String, String> keys = new TreeMap<>();
    for (PublishedNetwork network : networks) {
      for (Weight weight : network.weights()) {
        keys.put(weight.key(), Arrays.toString(weight.shape()));
      }
    }
    return keys;
  }

  /** Shapes by key of a published file, as a table lists them. */
  static TreeMap<String, String> published(String name) throws IOException {
    TreeMap<String, String> keys = new TreeMap<>();
    Path file = FOLDER.resolve("keys").resolve(name + ".tsv.gz");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines
          .lines()
          .map(line -> line.split("\t", -1))
          .forEach(row -> keys.put(row[0], "[" + row[1].replace(",", ", ") + "]"));
    }
    return keys;
  }

  /** The largest difference, as a part of the largest value. */
  static double error(float[] expected, float[] actual) {
    double most = 0;
    double scale = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs((double) expected[i] - actual[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return expected.length == actual.length ? most / scale : Double.NaN;
  }

  /** The same configuration with one key more or another value of it. */
  JsonObject with(String key, String value) {
    JsonObject config = config().deepCopy();
    JsonElement parsed = JsonParser.parseString(value);
    config.add(key, parsed);
    return config;
  }
}
