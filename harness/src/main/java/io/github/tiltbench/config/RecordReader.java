package io.github.tiltbench.config;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads mappings into records, component by component; the work behind {@link Records}. */
public final class RecordReader {
  private final Records records;
  private final ValueReader values;

  public RecordReader(Records records) {
    this.records = records;
    this.values = new ValueReader(records, this);
  }

  /**
   * Members of a family, chosen by {@code kind}.
   *
   * @param defaults the record that stands where the definition says nothing, or null
   */
  <T> List<GridPoint<Object>> member(Node node, Catalogue<T> family, Object defaults) {
    if (node instanceof Node.Items items) {
      if (records.stored()) {
        throw Literals.wrong(node, family.family(), "a mapping");
      }
      return axis(items, family.family(), item -> member(item, family, defaults));
    }
    if (node instanceof Node.Scalar name) {
      if (name.isNull()) {
        throw new ConfigException(node.at(), family.family() + " has no value");
      }
      return kind(new Node.Mapping(List.of(), name.at()), family.get(name.at(), name.text()));
    }
    Node.Mapping mapping = (Node.Mapping) node;
    Optional<CatalogueEntry<T>> standing = Optional.ofNullable(defaults).flatMap(family::of);
    Optional<CatalogueEntry<T>> named = mapping.get("kind").map(e -> named(e, family));
    CatalogueEntry<T> kind =
        named.or(() -> standing).orElseThrow(() -> withoutKind(mapping, family));
    boolean same = defaults != null && kind.type() == defaults.getClass();
    return fields(mapping.without("kind"), same ? CatalogueEntry.of(kind.name(), defaults) : kind);
  }

  private static ConfigException withoutKind(Node.Mapping mapping, Catalogue<?> family) {
    for (Node.Entry entry : mapping.entries()) {
      if (Nearest.to(entry.key(), List.of("kind")).isPresent()) {
        String problem = "unknown key '" + entry.key() + "' in a " + family.family();
        return new ConfigException(entry.at(), problem + "; did you mean 'kind'?");
      }
    }
    String known = String.join(", ", family.names());
    return new ConfigException(mapping.at(), family.family() + " needs a kind: " + known);
  }

  private static <T> CatalogueEntry<T> named(Node.Entry entry, Catalogue<T> family) {
    if (entry.value() instanceof Node.Scalar name && !name.isNull()) {
      return family.get(name.at(), name.text());
    }
    throw Literals.wrong(entry.value(), "kind", "a name");
  }

  /** Records of one kind; a text is the path of a file that holds the mapping. */
  List<GridPoint<Object>> kind(Node node, CatalogueEntry<?> kind) {
    if (records.stored() && !(node instanceof Node.Mapping)) {
      throw Literals.wrong(node, kind.name(), "a mapping");
    }
    if (node instanceof Node.Items items) {
      return axis(items, kind.name(), item -> kind(item, kind));
    }
    if (node instanceof Node.Scalar path) {
      if (path.isNull()) {
        return fields(new Node.Mapping(List.of(), path.at()), kind);
      }
      return published(
          Yaml.read(records.places().orElseThrow().resolve(path.at(), path.text())), kind);
    }
    return fields((Node.Mapping) node, kind);
  }

  /** Records of one kind from a file of its own; keys that begin with an underscore are notes. */
  List<GridPoint<Object>> published(Node root, CatalogueEntry<?> kind) {
    if (!(root instanceof Node.Mapping mapping)) {
      throw Literals.wrong(root, "the file", "a mapping");
    }
    FileNote note = kind.type().getAnnotation(FileNote.class);
    if (note != null) {
      mapping.get(note.key()).ifPresent(entry -> checkNote(entry, note, kind));
    }
    List<Node.Entry> keys =
        mapping.entries().stream().filter(e -> !e.key().startsWith("_")).toList();
    return fields(new Node.Mapping(keys, mapping.at()), kind);
  }

  private static void checkNote(Node.Entry entry, FileNote note, CatalogueEntry<?> kind) {
    List<String> known = List.of(note.known());
    if (!(entry.value() instanceof Node.Scalar name) || !known.contains(name.text())) {
      String what = entry.value().what();
      String hint = Nearest.hint(entry.value() instanceof Node.Scalar s ? s.text() : "", known);
      throw new ConfigException(
          entry.value().at(),
          note.key() + " " + what + " is no " + kind.name() + " of these" + hint);
    }
  }

  /** One variant list out of the items of an axis, each named after its value. */
  static List<GridPoint<Object>> axis(Node.Items items, String key, ValueReader.Each each) {
    if (items.items().isEmpty()) {
      throw new ConfigException(items.at(), key + " is an empty list");
    }
    List<GridPoint<Object>> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node item : items.items()) {
      for (GridPoint<Object> v : each.read(item)) {
        if (!seen.add(v.value().getClass().getName() + Json.canonical(v.value()))) {
          throw new ConfigException(item.at(), key + " has this value twice: " + item.what());
        }
        all.add(ValueReader.named(item, v));
      }
    }
    return all;
  }

  private List<GridPoint<Object>> fields(Node.Mapping mapping, CatalogueEntry<?> kind) {
    checkKeys(mapping, kind);
    if (records.stored()) {
      return List.of(GridPoint.single(plain(mapping, kind)));
    }
    List<List<GridPoint<Object>>> parts = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (Node.Entry entry : mapping.entries()) {
      Type type = RecordShape.of(kind.type()).type(entry.key());
      Object standing = kind.standing(entry.key()).orElse(null);
      try {
        List<GridPoint<Object>> read = values.read(entry.value(), type, entry.key(), standing);
        parts.add(Grid.under(read, entry.key()));
      } catch (MissingFile e) {
        String what = kind.brings().get(entry.key());
        if (what == null) {
          throw e;
        }
        absent.add(entry.key() + " '" + e.path() + "', " + what);
      }
    }
    if (!absent.isEmpty()) {
      throw new ConfigException(
          mapping.at(),
          kind.name()
              + " needs files that you have to bring and that are not here: "
              + String.join("; ", absent));
    }
    return Grid.product(mapping.at(), parts).stream()
        .map(
            v ->
                new GridPoint<Object>(
                    Construction.make(mapping, kind, mapping.keys(), v.value()), v.axes()))
        .toList();
  }

  private static void checkKeys(Node.Mapping mapping, CatalogueEntry<?> kind) {
    for (Node.Entry entry : mapping.entries()) {
      if (!kind.keys().contains(entry.key())) {
        throw new ConfigException(
            entry.at(),
            "unknown key '"
                + entry.key()
                + "' in "
                + kind.name()
                + Nearest.hint(entry.key(), kind.keys()));
      }
    }
    List<String> missing = kind.missing(mapping);
    if (!missing.isEmpty()) {
      throw new ConfigException(
          mapping.at(), kind.name() + " needs " + String.join(" and ", missing));
    }
  }

  /** The one record of a mapping without axes. */
  private Object plain(Node.Mapping mapping, CatalogueEntry<?> kind) {
    RecordShape shape = RecordShape.of(kind.type());
    Object[] arguments = new Object[shape.keys().size()];
    for (int i = 0; i < arguments.length; i++) {
      String key = shape.keys().get(i);
      Optional<Node.Entry> entry = mapping.get(key);
      Object standing =
          entry.isPresent() && kind.defaults().isEmpty() ? null : kind.standing(key).orElse(null);
      arguments[i] =
          entry.isEmpty()
              ? standing
              : values
                  .read(entry.get().value(), shape.types().get(i), key, standing)
                  .get(0)
                  .value();
    }
    return Construction.make(mapping, kind, arguments);
  }
}
