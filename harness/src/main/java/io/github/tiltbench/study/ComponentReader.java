package io.github.tiltbench.study;

import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.GridPoint;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads named definitions of models or verifiers.
 *
 * @param records how a definition becomes a record
 */
record ComponentReader(Records records) {

  /** The parts that a mapping from names to definitions holds, axes written out. */
  <T> List<Component<T>> parts(Node node, Catalogue<T> catalogue) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw Literals.wrong(node, catalogue.family() + "s", "a mapping from names to definitions");
    }
    if (mapping.entries().isEmpty()) {
      throw new ConfigException(node.at(), "there are no " + catalogue.family() + "s");
    }
    List<Component<T>> parts = new ArrayList<>();
    for (Node.Entry entry : mapping.entries()) {
      parts.addAll(part(entry, catalogue));
    }
    return parts;
  }

  private <T> List<Component<T>> part(Node.Entry entry, Catalogue<T> catalogue) {
    String name = Names.plain(entry.at(), "the " + catalogue.family(), entry.key());
    return records.variants(entry.value(), catalogue).stream()
        .map(v -> part(name, v, catalogue, entry.at()))
        .toList();
  }

  private static <T> Component<T> part(
      String name, GridPoint<T> v, Catalogue<T> catalogue, Mark at) {
    String kind = catalogue.of(v.value()).map(CatalogueEntry::name).orElse(name);
    return new Component<>(name, kind, v.value(), v.axes(), at);
  }

  /** The parts that a list of names asks for: defined ones, or kinds that need no definition. */
  <T> List<Component<T>> named(
      Node.Items names, List<Component<T>> defined, Catalogue<T> catalogue) {
    Set<Component<T>> found = new LinkedHashSet<>();
    for (Node item : names.items()) {
      if (!(item instanceof Node.Scalar name) || name.isNull()) {
        throw Literals.wrong(item, "a " + catalogue.family() + " in this list", "a name");
      }
      List<Component<T>> same = defined.stream().filter(p -> p.name().equals(name.text())).toList();
      List<Component<T>> wanted = same.isEmpty() ? List.of(byKind(name, defined, catalogue)) : same;
      if (!found.addAll(wanted)) {
        throw new ConfigException(item.at(), "'" + name.text() + "' stands twice");
      }
    }
    return List.copyOf(found);
  }

  private <T> Component<T> byKind(
      Node.Scalar name, List<Component<T>> defined, Catalogue<T> catalogue) {
    List<String> known =
        new ArrayList<>(new LinkedHashSet<>(defined.stream().map(Component::name).toList()));
    catalogue.kinds().stream()
        .filter(CatalogueEntry::complete)
        .map(CatalogueEntry::name)
        .forEach(known::add);
    if (!known.contains(name.text())) {
      throw new ConfigException(
          name.at(),
          "unknown "
              + catalogue.family()
              + " '"
              + name.text()
              + "'"
              + Nearest.hint(name.text(), known));
    }
    GridPoint<T> variant = records.variants(name, catalogue).get(0);
    return part(name.text(), variant, catalogue, name.at());
  }
}
