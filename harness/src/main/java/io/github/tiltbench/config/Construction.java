package io.github.tiltbench.config;

import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
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

  /** What a path names, held to the content it has now. */
  static Object pinned(Mark at, String key, Class<?> type, Path path) {
    try {
      return type.getMethod("of", Path.class).invoke(null, path);
    } catch (InvocationTargetException e) {
      throw refused(at, key, type, e.getCause());
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException(type.getName() + " has no public of(Path)", e);
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
    String message = String.valueOf(cause.getMessage());
    Matcher first = FIRST_WORD.matcher(message);
    String word = first.find() ? Names.snake(first.group(1)) : "";
    if (isRefusal(cause) && kind.keys().contains(word)) {
      Mark at = mapping.get(word).map(Node.Entry::at).orElse(mapping.at());
      return new ConfigException(at, word + message.substring(first.end()));
    }
    return refused(mapping.at(), kind.name(), kind.type(), cause);
  }

  private static RuntimeException refused(Mark at, String what, Class<?> type, Throwable cause) {
    if (cause instanceof UncheckedIOException io) {
      return new ConfigException(at, what + ": " + IoReasons.explain(io.getCause()));
    }
    return cause instanceof ConfigException || isRefusal(cause)
        ? new ConfigException(at, what + ": " + cause.getMessage())
        : new IllegalStateException("making a " + type.getName(), cause);
  }

  private static boolean isRefusal(Throwable cause) {
    return cause instanceof IllegalArgumentException && cause.getMessage() != null;
  }
}
