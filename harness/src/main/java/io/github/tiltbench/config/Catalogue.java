package io.github.tiltbench.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The names of one family of parts, such as the algorithms, with a record for each.
 *
 * @param family what a message calls a member: "algorithm"
 * @param type the interface all members implement
 * @param kinds in the order they are listed to the user
 */
public record Catalogue<T>(String family, Class<T> type, List<CatalogueEntry<T>> kinds) {
  public Catalogue {
    kinds = List.copyOf(kinds);
    Set<String> names = new HashSet<>();
    for (CatalogueEntry<T> kind : kinds) {
      if (!names.add(kind.name())) {
        throw new IllegalArgumentException("two " + family + "s are called " + kind.name());
      }
    }
  }

  /** The family of a sealed interface: its records, named after their classes, without defaults. */
  static <T> Catalogue<T> sealed(Class<T> type) {
    List<CatalogueEntry<T>> kinds = new ArrayList<>();
    for (Class<?> member : type.getPermittedSubclasses()) {
      kinds.add(CatalogueEntry.bare(Names.kebab(member.getSimpleName()), member.asSubclass(type)));
    }
    return new Catalogue<>(Names.kebab(type.getSimpleName()).replace('-', ' '), type, kinds);
  }

  /** This catalogue and more members, from another jar perhaps. */
  public Catalogue<T> plus(List<CatalogueEntry<T>> more) {
    List<CatalogueEntry<T>> all = new ArrayList<>(kinds);
    all.addAll(more);
    return new Catalogue<>(family, type, all);
  }

  /** The names in order. */
  public List<String> names() {
    return kinds.stream().map(CatalogueEntry::name).toList();
  }

  /** The kind with this name. */
  public Optional<CatalogueEntry<T>> get(String name) {
    return kinds.stream().filter(k -> k.name().equals(name)).findFirst();
  }

  /** The kind with this name, or an error that names the nearest one. */
  public CatalogueEntry<T> get(Mark at, String name) {
    return get(name)
        .orElseThrow(
            () ->
                new ConfigException(
                    at, "unknown " + family + " '" + name + "'" + Nearest.hint(name, names())));
  }

  /** The kind whose record an instance is. */
  public Optional<CatalogueEntry<T>> of(Object instance) {
    return kinds.stream().filter(k -> k.type() == instance.getClass()).findFirst();
  }
}
