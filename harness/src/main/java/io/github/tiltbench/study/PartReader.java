package io.github.tiltbench.study;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads named definitions of models or verifiers.
 *
 * @param records how a definition becomes a record
 */
record PartReader(Records records) {

  /** The parts that a mapping from names to definitions holds, axes written out. */
  <T> List<Part<T>> parts(Node node, Catalogue<T> catalogue) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw Literals.wrong(node, catalogue.family() + "s", "a mapping from names to definitions");
    }
    if (mapping.entries().isEmpty()) {
      throw new StudyException(node.at(), "there are no " + catalogue.family() + "s");
    }
    List<Part<T>> parts = new ArrayList<>();
    for (Node.Entry entry : mapping.entries()) {
      parts.addAll(part(entry, catalogue));
    }
    return parts;
  }

  private <T> List<Part<T>> part(Node.Entry entry, Catalogue<T> catalogue) {
    String name = Names.plain(entry.at(), "the " + catalogue.family(), entry.key());
    return records.variants(entry.value(), catalogue).stream()
        .map(v -> part(name, v, catalogue, entry.at()))
        .toList();
  }

  private static <T> Part<T> part(String name, Variant<T> v, Catalogue<T> catalogue, Mark at) {
    String kind = catalogue.of(v.value()).map(Kind::name).orElse(name);
    return new Part<>(name, kind, v.value(), v.axes(), at);
  }

  /** The parts that a list of names asks for: defined ones, or kinds that need no definition. */
  <T> List<Part<T>> named(Node.Items names, List<Part<T>> defined, Catalogue<T> catalogue) {
    Set<Part<T>> found = new LinkedHashSet<>();
    for (Node item : names.items()) {
      if (!(item instanceof Node.Scalar name) || name.isNull()) {
        throw Literals.wrong(item, "a " + catalogue.family() + " in this list", "a name");
      }
      List<Part<T>> same = defined.stream().filter(p -> p.name().equals(name.text())).toList();
      List<Part<T>> wanted = same.isEmpty() ? List.of(byKind(name, defined, catalogue)) : same;
      if (!found.addAll(wanted)) {
        throw new StudyException(item.at(), "'" + name.text() + "' stands twice");
      }
    }
    return List.copyOf(found);
  }

  private <T> Part<T> byKind(Node.Scalar name, List<Part<T>> defined, Catalogue<T> catalogue) {
    List<String> known =
        new ArrayList<>(new LinkedHashSet<>(defined.stream().map(Part::name).toList()));
    catalogue.kinds().stream().filter(Kind::complete).map(Kind::name).forEach(known::add);
    if (!known.contains(name.text())) {
      throw new StudyException(
          name.at(),
          "unknown "
              + catalogue.family()
              + " '"
              + name.text()
              + "'"
              + Nearest.hint(name.text(), known));
    }
    Variant<T> variant = records.variants(name, catalogue).get(0);
    return part(name.text(), variant, catalogue, name.at());
  }
}
