package io.github.tiltbench.result;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.CellKey;
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

  /** What {@code cell.json} holds. */
  record CellFile(Node.Mapping definition, String key) {
    CellFile {
      if (!CellKey.of(Json.canonical(definition)).equals(new CellKey(key))) {
        throw new IllegalArgumentException("definition is not the one that the key is made from");
      }
    }
  }

  private static final CatalogueEntry<CellFile> FILE =
      CatalogueEntry.bare("a cell", CellFile.class);

  /**
   * Reads the definition of a cell; empty where none is stored, as for a cell without trials.
   *
   * @param cell its folder
   * @throws ConfigException if it cannot be read, or is not the one that the cell's key is made
   *     from
   */
  static Optional<CellDefinition> read(Path cell) {
    Path file = cell.resolve("cell.json");
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    Node.Mapping root = StoredFile.object(file);
    CellFile read = Records.STORED.read(root, FILE);
    String name = String.valueOf(cell.getFileName());
    if (!read.key().startsWith(name)) {
      Mark at = root.get("key").orElseThrow().value().at();
      throw new ConfigException(at, "key is that of another cell than " + name);
    }
    SortedMap<String, String> values = new TreeMap<>();
    read.definition().entries().forEach(e -> put(values, e.key(), e.value()));
    return Optional.of(new CellDefinition(values));
  }

  /** The definition of a cell of a plan, from its canonical JSON. */
  static CellDefinition of(Cell cell) {
    SortedMap<String, String> values = new TreeMap<>();
    Node.Mapping root = (Node.Mapping) JsonTree.parse(cell.toString(), 1, cell.definition());
    root.entries().forEach(e -> put(values, e.key(), e.value()));
    return new CellDefinition(values);
  }

  /** Whether a cell's folder has the definition that its key is made from. */
  static boolean sound(Path cell) {
    try {
      return read(cell).isPresent();
    } catch (ConfigException e) {
      return false;
    }
  }

  private static void put(Map<String, String> values, String path, Node value) {
    if (value instanceof Node.Mapping mapping) {
      mapping.entries().forEach(e -> put(values, path + "." + e.key(), e.value()));
    } else if (value instanceof Node.Items) {
      values.put(path, Json.canonical(value));
    } else if (!((Node.Scalar) value).isNull()) {
      values.put(path, ((Node.Scalar) value).text());
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

  /** What it says apart from the list of prompts: no trial depends on which others there are. */
  CellDefinition ofAnyPrompts() {
    SortedMap<String, String> rest = new TreeMap<>(values);
    rest.remove("prompts");
    return new CellDefinition(rest);
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
