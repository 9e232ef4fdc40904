package io.github.tiltbench.result;

import io.github.tiltbench.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Cells in a result folder that differ from those of its plan in the list of prompts alone: what
 * they hold of a prompt is what the plan's cell would give, since noise is addressed by prompt and
 * repetition.
 */
final class Siblings {
  private static final Pattern BRIEF = Pattern.compile("[0-9a-f]{12}");

  private Siblings() {}

  /**
   * The folders of the siblings of each cell, in the order of their names.
   *
   * @param cells where cells lie
   * @param definitions of the plan's cells by brief key
   */
  static Map<String, List<String>> of(Path cells, Map<String, CellDefinition> definitions) {
    Map<CellDefinition, String> wanted = new HashMap<>();
    definitions.forEach((brief, definition) -> wanted.put(definition.ofAnyPrompts(), brief));
    Map<String, List<String>> siblings = new TreeMap<>();
    for (String other : others(cells, definitions.keySet())) {
      Optional<String> brief =
          definition(cells.resolve(other)).map(CellDefinition::ofAnyPrompts).map(wanted::get);
      brief.ifPresent(
          b ->
              siblings.merge(
                  b, List.of(other), (a, c) -> Stream.concat(a.stream(), c.stream()).toList()));
    }
    return siblings;
  }

  /** The cells in a folder but for some. */
  static List<String> others(Path cells, Set<String> own) {
    if (!Files.isDirectory(cells)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(cells)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> BRIEF.matcher(name).matches() && !own.contains(name))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw StoreException.of(cells, "cannot be read", e);
    }
  }

  /** Of a cell that no plan asks for any more, damage is not worth a word. */
  private static Optional<CellDefinition> definition(Path cell) {
    try {
      return CellDefinition.read(cell);
    } catch (ConfigException | StoreException e) {
      return Optional.empty();
    }
  }
}
