package io.github.tiltbench.result;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that defines the numbers of a cell and enters its key, as {@code cell.json} keeps it.
 *
 * @param values by dotted path, such as {@code model.process.steps}; lists stand as JSON
 */
public record CellDefinition(SortedMap<String, String> values) {
  private static final String NONE = "none";

  /** Copies the map. */
  public CellDefinition {
    values = new TreeMap<>(values);
  }

  /**
   * Reads the definition of a cell; empty where none is stored, as for a cell without trials.
   *
   * @param cell its folder
   * @throws StoreException if it cannot be read
   */
  static Optional<CellDefinition> read(Path cell) {
    Path file = cell.resolve("cell.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      return Optional.of(of(json.getAsJsonObject("definition")));
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | ClassCastException e) {
      throw new StoreException(file, "damaged: not the definition of a cell");
    } catch (IOException e) {
      throw StoreException.of(file, "cannot be read", e);
    }
  }

  private static CellDefinition of(JsonObject json) {
    SortedMap<String, String> values = new TreeMap<>();
    json.entrySet().forEach(e -> put(values, e.getKey(), e.getValue()));
    return new CellDefinition(values);
  }

  private static void put(Map<String, String> values, String path, JsonElement value) {
    if (value.isJsonObject()) {
      value
          .getAsJsonObject()
          .entrySet()
          .forEach(e -> put(values, path + "." + e.getKey(), e.getValue()));
    } else if (!value.isJsonNull()) {
      values.put(path, value.isJsonPrimitive() ? value.getAsString() : value.toString());
    }
  }

  /** What it says of one thing, such as the {@code model} with its process. */
  public CellDefinition part(String name) {
    SortedMap<String, String> part = new TreeMap<>();
    values.forEach(
        (path, value) -> {
          if (path.equals(name) || path.startsWith(name + ".")) {
            part.put(path, value);
          }
        });
    return new CellDefinition(part);
  }

  /** What differs, as {@code model.process.steps is 40 against 20}; empty if nothing does. */
  public List<String> differences(CellDefinition other) {
    TreeSet<String> paths = new TreeSet<>(values.keySet());
    paths.addAll(other.values.keySet());
    List<String> differences = new ArrayList<>();
    for (String path : paths) {
      String here = values.getOrDefault(path, NONE);
      String there = other.values.getOrDefault(path, NONE);
      if (!here.equals(there)) {
        differences.add(path + " is " + here + " against " + there);
      }
    }
    return differences;
  }

  /** SHA-256 of the values. */
  public String digest() {
    return Digests.sha256(values.toString().getBytes(StandardCharsets.UTF_8));
  }
}
