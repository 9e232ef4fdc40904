package io.github.tiltbench.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One line of a catalogue: a name, the record that a definition of this name becomes, its defaults.
 *
 * @param name in kebab-case, as written in a definition
 * @param meaning one clause for whoever chooses among the names; may be empty
 * @param type a record class
 * @param defaults a record that holds what a definition leaves out; empty for records that cannot
 *     be made from nothing
 * @param fallback values by key of what a definition leaves out, where there is no such record
 * @param required keys (snake_case) that a definition must give although they have a default
 * @param brings what the files are that a user has to bring, by key
 * @param lack says what is missing on this machine and the command that brings it, if anything is
 */
public record CatalogueEntry<T>(
    String name,
    String meaning,
    Class<? extends T> type,
    Optional<T> defaults,
    Map<String, Object> fallback,
    Set<String> required,
    Map<String, String> brings,
    Supplier<Optional<String>> lack) {
  private static final Supplier<Optional<String>> NOTHING = Optional::empty;

  public CatalogueEntry {
    if (!type.isRecord()) {
      throw new IllegalArgumentException("type " + type.getName() + " is not a record");
    }
    fallback = Map.copyOf(fallback);
    required = Set.copyOf(required);
    brings = Map.copyOf(brings);
    List<String> keys = RecordShape.of(type).keys();
    if (!keys.containsAll(required) || !keys.containsAll(fallback.keySet())) {
      throw new IllegalArgumentException(
          "required " + required + " or fallback " + fallback + " is not in " + type.getName());
    }
  }

  /** A kind with a default for everything but the {@code required} keys. */
  @SuppressWarnings("unchecked") // the class of an instance of T extends T
  public static <T> CatalogueEntry<T> of(
      String name, String meaning, T defaults, String... required) {
    Class<? extends T> type = (Class<? extends T>) defaults.getClass();
    return new CatalogueEntry<>(
        name, meaning, type, Optional.of(defaults), Map.of(), Set.of(required), Map.of(), NOTHING);
  }

  /** The same without a meaning, for names that nobody chooses by. */
  public static <T> CatalogueEntry<T> of(String name, T defaults, String... required) {
    return of(name, "", defaults, required);
  }

  /** A kind all of whose keys are required, but for those of optional components. */
  public static <T> CatalogueEntry<T> bare(String name, String meaning, Class<? extends T> type) {
    return bare(name, meaning, type, Map.of());
  }

  /** The same without a meaning, for names that nobody chooses by. */
  public static <T> CatalogueEntry<T> bare(String name, Class<? extends T> type) {
    return bare(name, "", type, Map.of());
  }

  /** The same without a meaning, for names that nobody chooses by. */
  public static <T> CatalogueEntry<T> bare(
      String name, Class<? extends T> type, Map<String, Object> fallback) {
    return bare(name, "", type, fallback);
  }

  /** A kind all of whose keys are required, but for optional ones and those with a fallback. */
  public static <T> CatalogueEntry<T> bare(
      String name, String meaning, Class<? extends T> type, Map<String, Object> fallback) {
    return new CatalogueEntry<>(
        name, meaning, type, Optional.empty(), fallback, Set.of(), Map.of(), NOTHING);
  }

  /** The same kind, whose messages say what the files are that a user has to bring. */
  public CatalogueEntry<T> bringing(Map<String, String> files) {
    return new CatalogueEntry<>(name, meaning, type, defaults, fallback, required, files, lack);
  }

  /** The same kind, which cannot be opened on every machine. */
  public CatalogueEntry<T> needing(Supplier<Optional<String>> missing) {
    return new CatalogueEntry<>(name, meaning, type, defaults, fallback, required, brings, missing);
  }

  /** What stands for a key that a definition leaves out; empty if it must not. */
  public Optional<Object> standing(String key) {
    if (required.contains(key)) {
      return Optional.empty();
    }
    RecordShape shape = RecordShape.of(type);
    return defaults
        .map(d -> shape.value((Record) d, key))
        .or(() -> Optional.ofNullable(fallback.get(key)))
        .or(() -> Optional.ofNullable(shape.empty(key)));
  }

  /** What a definition may say for a key that has a fixed number of values; else empty. */
  public List<String> choices(String key) {
    return Literals.choices(RecordShape.of(type).type(key));
  }

  /** The keys a definition of this kind may have, in the record's order. */
  public List<String> keys() {
    return RecordShape.of(type).keys();
  }

  /** Whether a definition may leave everything out. */
  public boolean complete() {
    return missing(new Node.Mapping(List.of(), Mark.of(name))).isEmpty();
  }

  /** The keys that a definition lacks. */
  List<String> missing(Node.Mapping given) {
    List<String> missing = new ArrayList<>();
    for (String key : keys()) {
      if (given.get(key).isEmpty() && standing(key).isEmpty()) {
        missing.add(key);
      }
    }
    return missing;
  }
}
