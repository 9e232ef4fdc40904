package io.github.tiltbench.config;

import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls a record's constructor and turns its refusal into an error at the right key. */
public final class Construction {
  private static final Pattern FIRST_WORD = Pattern.compile("^([A-Za-z][A-Za-z0-9_]*)\\b");

  private Construction() {}

  /**
   * The record with the given keys' values, everything else from the kind's defaults.
   *
   * @param given keys, all that the kind requires among them
   * @throws ConfigException if the record refuses its values
   */
  static Object make(
      Node.Mapping mapping, CatalogueEntry<?> kind, List<String> given, List<Object> values) {
    RecordShape shape = RecordShape.of(kind.type());
    Object[] arguments = new Object[shape.keys().size()];
    for (int i = 0; i < arguments.length; i++) {
      String key = shape.keys().get(i);
      int at = given.indexOf(key);
      arguments[i] = at >= 0 ? values.get(at) : kind.standing(key).orElseThrow();
    }
    return make(mapping, kind, arguments);
  }

  /** The record of all its components' values. */
  static Object make(Node.Mapping mapping, CatalogueEntry<?> kind, Object[] arguments) {
    try {
      return RecordShape.of(kind.type()).make(arguments);
    } catch (InvocationTargetException e) {
      throw refused(mapping, kind, e);
    }
  }

  /** The empty value of an optional type, null for any other type. */
  public static Object empty(Class<?> type) {
    if (type == Optional.class) {
      return Optional.empty();
    } else if (type == OptionalInt.class) {
      return OptionalInt.empty();
    } else if (type == OptionalLong.class) {
      return OptionalLong.empty();
    }
    return type == OptionalDouble.class ? OptionalDouble.empty() : null;
  }

  private static RuntimeException refused(
      Node.Mapping mapping, CatalogueEntry<?> kind, InvocationTargetException e) {
    Throwable cause = e.getCause();
    if (cause instanceof ConfigException elsewhere) {
      return new ConfigException(mapping.at(), kind.name() + ": " + elsewhere.getMessage());
    }
    if (cause instanceof UncheckedIOException io) {
      return new ConfigException(
          mapping.at(), kind.name() + ": " + IoReasons.explain(io.getCause()));
    }
    if (!(cause instanceof IllegalArgumentException) || cause.getMessage() == null) {
      return new IllegalStateException("making a " + kind.type().getName(), cause);
    }
    String message = cause.getMessage();
    Matcher first = FIRST_WORD.matcher(message);
    String word = first.find() ? Names.snake(first.group(1)) : "";
    if (!kind.keys().contains(word)) {
      return new ConfigException(mapping.at(), kind.name() + ": " + message);
    }
    Mark at = mapping.get(word).map(Node.Entry::at).orElse(mapping.at());
    return new ConfigException(at, word + message.substring(first.end()));
  }
}
