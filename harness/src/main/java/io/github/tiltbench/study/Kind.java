package io.github.tiltbench.study;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One line of a catalogue: a name, the record that a definition of this name becomes, its defaults.
 *
 * @param name in kebab-case, as written in a definition
 * @param type a record class
 * @param defaults values of the keys that a definition leaves out
 * @param required keys (snake_case) that a definition must give
 */
public record Kind<T>(
    String name, Class<? extends T> type, Optional<T> defaults, Set<String> required) {
  public Kind {
    if (!type.isRecord()) {
      throw new IllegalArgumentException("type " + type.getName() + " is not a record");
    }
    required = Set.copyOf(required);
    for (String key : required) {
      if (!keys(type).contains(key)) {
        throw new IllegalArgumentException("required key " + key + " is not in " + type.getName());
      }
    }
  }

  /** A kind with a default for everything but the {@code required} keys. */
  @SuppressWarnings("unchecked") // the class of an instance of T extends T
  public static <T> Kind<T> of(String name, T defaults, String... required) {
    Class<? extends T> type = (Class<? extends T>) defaults.getClass();
    return new Kind<>(name, type, Optional.of(defaults), Set.of(required));
  }

  /** A kind all of whose keys are required, but for those of optional components. */
  public static <T> Kind<T> bare(String name, Class<? extends T> type) {
    return new Kind<>(name, type, Optional.empty(), Set.of());
  }

  /** The keys a definition of this kind may have, in the record's order. */
  public List<String> keys() {
    return keys(type);
  }

  /** Whether a definition may leave everything out. */
  boolean complete() {
    return defaults.isPresent() && required.isEmpty();
  }

  private static List<String> keys(Class<?> type) {
    return List.of(type.getRecordComponents()).stream()
        .map(RecordComponent::getName)
        .map(Names::snake)
        .toList();
  }

  /** The required keys that have no default, sorted. */
  Set<String> missing(Set<String> given) {
    Set<String> missing = new TreeSet<>(required);
    missing.removeAll(given);
    return missing;
  }
}
