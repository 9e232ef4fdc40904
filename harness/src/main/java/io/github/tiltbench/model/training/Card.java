package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.network.Architecture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A model card: a YAML mapping read key by key.
 *
 * <p>Errors name the file and the key.
 */
public final class Card {
  private final Path file;
  private final String prefix;
  private final Map<?, ?> values;

  private Card(Path file, String prefix, Map<?, ?> values) {
    this.file = file;
    this.prefix = prefix;
    this.values = values;
  }

  /** Reads a card file. */
  public static Card read(Path file) throws IOException {
    Load load = new Load(LoadSettings.builder().setLabel(file.toString()).build());
    try {
      Object root = load.loadFromString(Files.readString(file, StandardCharsets.UTF_8));
      if (root instanceof Map<?, ?> map) {
        return new Card(file, "", map);
      }
    } catch (YamlEngineException e) {
      throw new IOException(file + ": " + e.getMessage().replaceAll("\\s+", " "), e);
    }
    throw new IOException(file + ": a card is a mapping");
  }

  /** The folder the card lies in. */
  public Path folder() {
    return file.toAbsolutePath().getParent();
  }

  /** A nested mapping. */
  public Card map(String key) {
    return new Card(file, prefix + key + ".", as(Map.class, "a mapping", key));
  }

  /** The mapping as it was read. */
  public Map<?, ?> values() {
    return values;
  }

  /** A text. */
  public String text(String key) {
    return as(String.class, "a text", key);
  }

  /** A whole number. */
  public int integer(String key) {
    return as(Integer.class, "a whole number", key);
  }

  /** A number. */
  public double number(String key) {
    return as(Number.class, "a number", key).doubleValue();
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    List<String> list = new ArrayList<>();
    for (Object item : as(List.class, "a list", key)) {
      list.add(item.toString());
    }
    return list;
  }

  /** A list of numbers. */
  public List<Double> numbers(String key) {
    List<Double> list = new ArrayList<>();
    for (Object item : as(List.class, "a list", key)) {
      if (!(item instanceof Number number)) {
        throw wrong(key, "a list of numbers");
      }
      list.add(number.doubleValue());
    }
    return list;
  }

  /** The network's family. */
  public Architecture architecture() {
    try {
      return Architecture.of(map("architecture").values());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** Whether a key is there. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  private <T> T as(Class<T> type, String expected, String key) {
    Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw wrong(key, expected);
    }
    return type.cast(value);
  }

  /** An error at a key. */
  public IllegalArgumentException wrong(String key, String expected) {
    return new IllegalArgumentException(
        file + ": " + prefix + key + " must be " + expected + ", is " + values.get(key));
  }
}
