package io.github.tiltbench.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Builds Java records from mappings: the record is the schema.
 *
 * <p>A component {@code betaSchedule} is the key {@code beta_schedule}. Components may be numbers,
 * flags, texts, enums, {@link java.nio.file.Path}s (see {@link PathResolver}), arrays of numbers,
 * lists, maps from texts, optionals, {@link Node}s for what has no record, records, members of a
 * sealed interface or of a {@link Catalogue}, the last two chosen by the key {@code kind}. Where
 * one record is wanted, a text is the path of a file that holds it.
 *
 * <p>Where a definition gives a list but the record wants one value, the list is an axis; a list of
 * lists is an axis of lists, and so on. What a definition leaves out comes from the kind's default
 * record. A record checks its values in its constructor and begins the message of the {@code
 * IllegalArgumentException} with the component at fault; the error is reported at that key.
 *
 * <p>What the program wrote itself is read by the same rules and less freedom: there are no axes,
 * no files in place of records, and every number keeps its bits (see {@link #stored}).
 *
 * @param places how paths are resolved; empty for what the program wrote itself
 * @param catalogues families of records by their interface
 */
public record Records(Optional<PathResolver> places, Map<Class<?>, Catalogue<?>> catalogues) {
  /** Reads what the program wrote itself: plans, cells, trials. */
  public static final Records STORED = new Records(Optional.empty(), Map.of());

  /** A reader that knows these families. */
  public static Records of(PathResolver places, List<Catalogue<?>> catalogues) {
    return new Records(
        Optional.of(places),
        catalogues.stream().collect(Collectors.toMap(Catalogue::type, c -> c)));
  }

  /** Whether this reads what the program wrote itself. */
  boolean stored() {
    return places.isEmpty();
  }

  /**
   * The record of a kind that a node defines.
   *
   * @throws ConfigException with the place of the problem; an axis is one
   */
  public <T> T read(Node node, CatalogueEntry<T> kind) {
    return only(node, variants(node, kind));
  }

  /** The record of a kind that the root of a published file defines; see {@link FileNote}. */
  public <T> T published(Node root, CatalogueEntry<T> kind) {
    return only(root, cast(kind.type(), new RecordReader(this).published(root, kind)));
  }

  /** All records of a kind that a node defines, one a point of its axes, in file order. */
  public <T> List<GridPoint<T>> variants(Node node, CatalogueEntry<T> kind) {
    return cast(kind.type(), new RecordReader(this).kind(node, kind));
  }

  /** The same where the node names its kind by the key {@code kind} or is nothing but the name. */
  public <T> List<GridPoint<T>> variants(Node node, Catalogue<T> catalogue) {
    return cast(catalogue.type(), new RecordReader(this).member(node, catalogue, null));
  }

  /** The only record of a family that a node defines. */
  public <T> T only(Node node, Catalogue<T> catalogue) {
    return only(node, variants(node, catalogue));
  }

  private static <T> List<GridPoint<T>> cast(Class<? extends T> type, List<GridPoint<Object>> all) {
    return Grid.map(all, type::cast);
  }

  /** The only variant, or an error that there is an axis where none can be. */
  static <T> T only(Node node, List<GridPoint<T>> variants) {
    if (variants.size() != 1 || !variants.get(0).axes().isEmpty()) {
      String axis = variants.get(0).axes().keySet().stream().findFirst().orElse("");
      String problem = axis.isEmpty() ? "" : ": " + axis;
      throw new ConfigException(
          place(node, axis), "one value is wanted here, not a list" + problem);
    }
    return variants.get(0).value();
  }

  /** Where the list of an axis stands. */
  private static Mark place(Node node, String axis) {
    Node found = node;
    for (String key : axis.split("\\.", -1)) {
      Optional<Node> next =
          found instanceof Node.Mapping m ? m.get(key).map(Node.Entry::value) : Optional.empty();
      if (next.isEmpty()) {
        break;
      }
      found = next.get();
    }
    return found.at();
  }

  /** The catalogue of a family, if the type is one. */
  Catalogue<?> family(Class<?> type) {
    Catalogue<?> known = catalogues.get(type);
    return known == null && type.isInterface() && type.isSealed() ? Catalogue.sealed(type) : known;
  }
}
