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
import java.util.function.Function;
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
   * @param own brief keys of the plan's cells
   * @param definitions of one of these, empty if it is not known; asked for only if there are other
   *     cells
   */
  static Map<String, List<String>> of(
      Path cells, Set<String> own, Function<String, Optional<CellDefinition>> definitions) {
    List<String> others = others(cells, own);
    if (others.isEmpty()) {
      return Map.of();
    }
    Map<CellDefinition, String> wanted = new HashMap<>();
    for (String brief : own) {
      definitions.apply(brief).ifPresent(d -> wanted.put(d.ofAnyPrompts(), brief));
    }
    Map<String, List<String>> siblings = new TreeMap<>();
    for (String other : others) {
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

  /** The definition of a stored cell; damage is told where its trials are read. */
  static Optional<CellDefinition> definition(Path cell) {
    try {
      return CellDefinition.read(cell);
    } catch (ConfigException | StoreException e) {
      return Optional.empty();
    }
  }
}
