package io.github.tiltbench.config;

import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads a YAML 1.2 file, or JSON where its name ends in {@code .json}, into a {@link Node} tree,
 * with bounds on its size, depth and aliases.
 *
 * <p>The tree is built from the parser's events, which arrive one at a time, so that a hostile file
 * is refused at its first excess: nothing here recurses on what the file says.
 */
public final class Yaml {
  /** Largest file in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  /** Deepest nesting of lists and mappings. */
  public static final int MAX_DEPTH = 40;

  /** Most nodes, each alias counted as the nodes it stands for. */
  public static final int MAX_NODES = 200_000;

  private static final int MIN_BUFFER = 1024;

  private Yaml() {}

  /**
   * The root of the file's only document.
   *
   * @throws ConfigException with the place of the first problem
   */
  public static Node read(Path file) {
    return parse(file.toString(), bytes(file));
  }

  /** The bytes of a definition file, or a {@link ConfigException} that says why not. */
  public static byte[] bytes(Path file) {
    return RegularFile.read(file, MAX_BYTES);
  }

  /** The same for bytes at hand; {@code name} stands in for the file in messages. */
  public static Node parse(String name, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new ConfigException(Mark.of(name), "is larger than " + (MAX_BYTES >> 20) + " MiB");
    }
    if (name.endsWith(".json")) {
      return JsonTree.parse(name, bytes);
    }
    String text = Utf8.decode(name, bytes);
    // with a smaller buffer the scanner copies what is left of a long token again and again
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setCodePointLimit(MAX_BYTES + 1)
            .setBufferSize(Math.max(MIN_BUFFER, text.length() + 1))
            .build();
    TreeBuilder tree = new TreeBuilder(name);
    try {
      for (Event event : new Parse(settings).parseString(text)) {
        tree.accept(event);
      }
    } catch (MarkedYamlEngineException e) {
      throw malformed(name, e);
    } catch (ReaderException e) {
      throw new ConfigException(
          Utf8.place(name, text, e.getPosition()),
          "the character U+%04X is not allowed here".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      throw new ConfigException(Mark.of(name), "not YAML: " + e.getMessage());
    }
    return tree.root();
  }

  private static ConfigException malformed(String name, MarkedYamlEngineException e) {
    Optional<org.snakeyaml.engine.v2.exceptions.Mark> mark =
        e.getProblemMark().or(e::getContextMark);
    Mark at =
        mark.map(m -> new Mark(name, m.getLine() + 1, m.getColumn() + 1)).orElse(Mark.of(name));
    String problem = String.valueOf(e.getProblem());
    if (problem.contains("TAB")) {
      return new ConfigException(at, "a tab cannot be used for indentation; use spaces");
    }
    String context = e.getContext() == null ? "" : e.getContext() + ": ";
    return new ConfigException(at, "not YAML: " + context + problem);
  }
}
