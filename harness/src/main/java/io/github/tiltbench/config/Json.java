package io.github.tiltbench.config;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Canonical JSON: one text for one value, on every machine and Java version.
 *
 * <p>Keys are sorted and there is no white space. Records are written by component in snake_case
 * with every value filled in; enums and the {@code kind} of a sealed family in kebab-case; paths
 * with forward slashes. A non-finite number becomes the text Java prints for it.
 */
public final class Json {
  /** The texts that stand for numbers that are not finite. */
  static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  /** Text that is canonical JSON already. */
  public record Raw(String json) {}

  private Json() {}

  /**
   * Canonical JSON of nulls, flags, numbers, texts, enums, paths, optionals, records, arrays,
   * collections, maps and trees that were read, nested at will.
   *
   * @throws IllegalArgumentException for a value of another type
   */
  public static String canonical(Object value) {
    return canonical(value, UnaryOperator.identity());
  }

  /**
   * The same, with a say in what stands for a value.
   *
   * @param replace applied to every value before it is written, its result not again
   */
  public static String canonical(Object value, UnaryOperator<Object> replace) {
    StringBuilder out = new StringBuilder();
    new Writer(out, replace).write(value);
    return out.toString();
  }

  /** What is written of the records of a class, found once: reflection and spelling are slow. */
  private record Shape(Map<String, Method> components, Optional<String> kind) {
    static final ClassValue<Shape> OF =
        new ClassValue<>() {
          @Override
          protected Shape computeValue(Class<?> type) {
            Map<String, Method> components = new TreeMap<>();
            for (RecordComponent c : type.getRecordComponents()) {
              c.getAccessor().setAccessible(true);
              components.put(Names.snake(c.getName()), c.getAccessor());
            }
            boolean sealed = Stream.of(type.getInterfaces()).anyMatch(Class::isSealed);
            Optional<String> kind =
                sealed ? Optional.of(Names.kebab(type.getSimpleName())) : Optional.empty();
            return new Shape(components, kind);
          }
        };
  }

  /** A record's components by snake_case key, and its {@code kind} if its family is sealed. */
  public static Map<String, Object> fields(Record record) {
    Shape shape = Shape.OF.get(record.getClass());
    Map<String, Object> fields = new TreeMap<>();
    shape.components.forEach((key, accessor) -> fields.put(key, value(record, accessor)));
    shape.kind.ifPresent(kind -> fields.putIfAbsent("kind", kind));
    return fields;
  }

  /** The value of one component. */
  public static Object value(Record record, RecordComponent component) {
    component.getAccessor().setAccessible(true);
    return value(record, component.getAccessor());
  }

  private static Object value(Record record, Method accessor) {
    try {
      return accessor.invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + accessor, e);
    }
  }

  private record Writer(StringBuilder out, UnaryOperator<Object> replace) {
    void write(Object original) {
      Object value = replace.apply(original);
      if (value == null || value instanceof Boolean) {
        out.append(value);
      } else if (value instanceof Raw raw) {
        out.append(raw.json());
      } else if (value instanceof CharSequence || value instanceof Character) {
        Quote.append(out, value.toString());
      } else if (value instanceof Number n) {
        number(n);
      } else if (value instanceof Enum<?> e) {
        Quote.append(out, Names.kebab(e.name()));
      } else if (value instanceof Path p) {
        Quote.append(out, p.toString().replace('\\', '/'));
      } else if (value instanceof Node node) {
        node(node);
      } else if (value instanceof Record r) {
        map(fields(r));
      } else if (value instanceof Map<?, ?> m) {
        Map<String, Object> sorted = new TreeMap<>();
        m.forEach((k, v) -> sorted.put(key(k), v));
        map(sorted);
      } else if (value instanceof Collection<?> c) {
        list(c.toArray());
      } else if (value.getClass().isArray()) {
        array(value);
      } else {
        optional(value);
      }
    }

    /** A tree as it was read: numbers stay as they are written. */
    private void node(Node node) {
      if (node instanceof Node.Scalar s && s.isNull()) {
        out.append("null");
      } else if (node instanceof Node.Scalar s && s.plain() && JsonTree.isPlain(s.text())) {
        out.append(s.text());
      } else if (node instanceof Node.Scalar s) {
        Quote.append(out, s.text());
      } else if (node instanceof Node.Items items) {
        list(items.items().toArray());
      } else {
        Map<String, Object> sorted = new TreeMap<>();
        ((Node.Mapping) node).entries().forEach(e -> sorted.put(e.key(), e.value()));
        map(sorted);
      }
    }

    private static String key(Object key) {
      return key instanceof Enum<?> e ? Names.kebab(e.name()) : String.valueOf(key);
    }

    private void number(Number n) {
      if (n instanceof Float f) {
        real(f, Decimals.text(f));
      } else if (n instanceof Double d) {
        real(d, Decimals.text(d));
      } else {
        out.append(n);
      }
    }

    private void real(double d, String text) {
      if (Double.isFinite(d)) {
        out.append(text);
      } else {
        Quote.append(out, text);
      }
    }

    private void map(Map<String, Object> sorted) {
      out.append('{');
      String comma = "";
      for (Map.Entry<String, Object> e : sorted.entrySet()) {
        out.append(comma);
        Quote.append(out, e.getKey());
        out.append(':');
        write(e.getValue());
        comma = ",";
      }
      out.append('}');
    }

    private void list(Object[] items) {
      out.append('[');
      for (int i = 0; i < items.length; i++) {
        out.append(i == 0 ? "" : ",");
        write(items[i]);
      }
      out.append(']');
    }

    private void array(Object array) {
      out.append('[');
      for (int i = 0; i < Array.getLength(array); i++) {
        out.append(i == 0 ? "" : ",");
        write(Array.get(array, i));
      }
      out.append(']');
    }

    private void optional(Object value) {
      if (value instanceof Optional<?> o) {
        write(o.orElse(null));
      } else if (value instanceof OptionalInt o) {
        write(o.isPresent() ? o.getAsInt() : null);
      } else if (value instanceof OptionalLong o) {
        write(o.isPresent() ? o.getAsLong() : null);
      } else if (value instanceof OptionalDouble o) {
        write(o.isPresent() ? o.getAsDouble() : null);
      } else {
        throw new IllegalArgumentException("no JSON for " + value.getClass().getName());
      }
    }
  }
}
