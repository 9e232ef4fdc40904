package io.github.tiltbench.config;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads one component's value, whatever its type, with the axes it may hold. */
public final class ValueReader {
  /** Reads one item of an axis. */
  interface Each {
    List<GridPoint<Object>> read(Node item);
  }

  private final Records records;
  private final RecordReader reader;

  public ValueReader(Records records, RecordReader reader) {
    this.records = records;
    this.reader = reader;
  }

  /** The variants of a value; {@code standing} is the default it replaces, or null. */
  public List<GridPoint<Object>> read(Node node, Type type, String key, Object standing) {
    Class<?> raw = raw(type);
    if (Construction.empty(raw) != null) {
      return optional(node, type, key, standing);
    }
    if (Node.class.isAssignableFrom(raw)) {
      return List.of(GridPoint.single(tree(node, raw, key)));
    }
    if (node instanceof Node.Items items && isAxis(items, type)) {
      return RecordReader.axis(items, key, item -> read(item, type, key, standing));
    }
    if (raw == Map.class) {
      return List.of(GridPoint.single(map(node, type, key)));
    }
    if (depth(type) > 0) {
      return list(node, type, key);
    }
    if (Literals.simple(raw)) {
      if (node instanceof Node.Scalar scalar) {
        return List.of(GridPoint.single(scalar(scalar, raw, key)));
      }
      throw Literals.wrong(node, key, "one value");
    }
    Catalogue<?> family = records.family(raw);
    if (family != null) {
      return reader.member(node, family, standing);
    }
    if (raw.isRecord()) {
      return reader.kind(
          node,
          standing == null ? CatalogueEntry.bare(key, raw) : CatalogueEntry.of(key, standing));
    }
    throw new IllegalArgumentException("no definition can hold a " + type.getTypeName());
  }

  /** The same variant on an axis of its own, unless its axes lie further in. */
  static GridPoint<Object> named(Node item, GridPoint<Object> v) {
    if (!v.axes().isEmpty() && !(item instanceof Node.Scalar)) {
      return v;
    }
    Object given = v.value() instanceof Optional<?> o && o.isPresent() ? o.get() : v.value();
    boolean record = given instanceof Record;
    boolean asWritten = record || v.value() instanceof Path || !(item instanceof Node.Scalar);
    String text = asWritten ? written(item) : label(Json.canonical(v.value()));
    return new GridPoint<>(v.value(), Map.of("", text));
  }

  private static String label(String json) {
    boolean quoted = json.startsWith("\"") && json.endsWith("\"");
    String text = quoted ? json.substring(1, json.length() - 1) : json;
    return text.matches("-?[0-9]+\\.0") ? text.substring(0, text.length() - 2) : text;
  }

  /** A short text of a definition as the user wrote it. */
  public static String written(Node node) {
    if (node instanceof Node.Scalar s) {
      return s.text();
    } else if (node instanceof Node.Items items) {
      return items.items().stream().map(ValueReader::written).collect(joining(" ", "(", ")"));
    }
    return ((Node.Mapping) node)
        .entries().stream()
            .map(e -> e.key() + ":" + written(e.value()))
            .collect(joining(" ", "(", ")"));
  }

  /**
   * Whether a list holds values of a type and is none itself; what the program wrote has no axes.
   */
  private boolean isAxis(Node.Items items, Type type) {
    return !records.stored() && nesting(items) > depth(type);
  }

  private List<GridPoint<Object>> optional(Node node, Type type, String key, Object standing) {
    if (node instanceof Node.Items items && isAxis(items, inner(type))) {
      return RecordReader.axis(items, key, item -> optional(item, type, key, standing));
    }
    Class<?> raw = raw(type);
    if (node instanceof Node.Scalar s && s.isNull()) {
      return List.of(GridPoint.single(Construction.empty(raw)));
    }
    Object inside = standing instanceof Optional<?> o ? o.orElse(null) : null;
    return Grid.map(read(node, inner(type), key, inside), value -> wrap(raw, value));
  }

  private static Object wrap(Class<?> raw, Object value) {
    if (raw == OptionalInt.class) {
      return OptionalInt.of((int) value);
    } else if (raw == OptionalLong.class) {
      return OptionalLong.of((long) value);
    }
    return raw == OptionalDouble.class ? OptionalDouble.of((double) value) : Optional.of(value);
  }

  /** A list or array; its elements may hold axes of their own only if they are records. */
  private List<GridPoint<Object>> list(Node node, Type type, String key) {
    if (!(node instanceof Node.Items items)) {
      throw Literals.wrong(node, key, "a list");
    }
    if (Literals.simple(raw(inner(type))) && allScalars(items)) {
      return List.of(GridPoint.single(scalars(items, type, key)));
    }
    List<List<GridPoint<Object>>> parts = new ArrayList<>();
    for (int i = 0; i < items.items().size(); i++) {
      int index = i;
      List<GridPoint<Object>> part = read(items.items().get(i), inner(type), key, null);
      parts.add(part.stream().map(v -> v.under(Integer.toString(index))).toList());
    }
    Class<?> raw = raw(type);
    return Grid.map(
        Grid.product(node.at(), parts),
        values -> raw.isArray() ? array(raw.getComponentType(), values) : List.copyOf(values));
  }

  private static boolean allScalars(Node.Items items) {
    for (Node item : items.items()) {
      if (!(item instanceof Node.Scalar)) {
        return false;
      }
    }
    return true;
  }

  /** A list or array of numbers or texts, which may be long and has no axes inside. */
  private Object scalars(Node.Items items, Type type, String key) {
    Class<?> element = raw(inner(type));
    if (element == double.class && records.stored()) {
      double[] values = new double[items.items().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = Literals.stored((Node.Scalar) items.items().get(i), key);
      }
      return values;
    }
    List<Object> values = new ArrayList<>();
    for (Node item : items.items()) {
      values.add(Literals.read((Node.Scalar) item, element, key, records));
    }
    return raw(type).isArray() ? array(element, values) : List.copyOf(values);
  }

  /** One value; a boxed number that the program wrote may be null. */
  private Object scalar(Node.Scalar node, Class<?> type, String key) {
    boolean none = records.stored() && node.isNull() && Number.class.isAssignableFrom(type);
    return none ? null : Literals.read(node, type, key, records);
  }

  /** The tree itself, for what has no record. */
  private static Node tree(Node node, Class<?> type, String key) {
    if (!type.isInstance(node)) {
      throw Literals.wrong(node, key, type == Node.Mapping.class ? "a mapping" : "a list");
    }
    return node;
  }

  /** Values by key, in file order. */
  private Map<String, Object> map(Node node, Type type, String key) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw Literals.wrong(node, key, "a mapping");
    }
    Type value = ((ParameterizedType) type).getActualTypeArguments()[1];
    Map<String, Object> map = new LinkedHashMap<>();
    for (Node.Entry e : mapping.entries()) {
      map.put(e.key(), Records.only(e.value(), read(e.value(), value, e.key(), null)));
    }
    return map;
  }

  private static Object array(Class<?> element, List<Object> values) {
    Object array = Array.newInstance(element, values.size());
    for (int i = 0; i < values.size(); i++) {
      Array.set(array, i, values.get(i));
    }
    return array;
  }

  /** How many lists a value of this type is nested in. */
  private static int depth(Type type) {
    Class<?> raw = raw(type);
    return raw.isArray() || raw == List.class ? 1 + depth(inner(type)) : 0;
  }

  /** How many lists the first element of a node is nested in. */
  private static int nesting(Node node) {
    int depth = 0;
    while (node instanceof Node.Items items) {
      depth++;
      if (items.items().isEmpty()) {
        break;
      }
      node = items.items().get(0);
    }
    return depth;
  }

  private static Class<?> raw(Type type) {
    return type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) type;
  }

  /** The element type of a list, array or optional. */
  private static Type inner(Type type) {
    Class<?> raw = raw(type);
    if (raw.isArray()) {
      return raw.getComponentType();
    } else if (raw == OptionalInt.class) {
      return int.class;
    } else if (raw == OptionalLong.class) {
      return long.class;
    } else if (raw == OptionalDouble.class) {
      return double.class;
    }
    return ((ParameterizedType) type).getActualTypeArguments()[0];
  }
}
