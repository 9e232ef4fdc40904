package io.github.tiltbench.study;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import java.util.List;

/**
 * Names of a study's verifiers among the {@code members} of another: each stands for the definition
 * that the study gives under it.
 */
final class Members {
  private static final String KEY = "members";

  private Members() {}

  /** The same definitions with every name among members written out. */
  static Node writtenOut(Node node) {
    return node instanceof Node.Mapping all
        ? new Node.Mapping(all.entries().stream().map(e -> entry(e, all)).toList(), all.at())
        : node;
  }

  private static Node.Entry entry(Node.Entry entry, Node.Mapping all) {
    if (!(entry.value() instanceof Node.Mapping definition) || definition.get(KEY).isEmpty()) {
      return entry;
    }
    List<Node.Entry> keys =
        definition.entries().stream()
            .map(
                key ->
                    key.key().equals(KEY) && key.value() instanceof Node.Items items
                        ? new Node.Entry(KEY, key.at(), members(entry.key(), items, all))
                        : key)
            .toList();
    return new Node.Entry(entry.key(), entry.at(), new Node.Mapping(keys, definition.at()));
  }

  private static Node members(String owner, Node.Items items, Node.Mapping all) {
    return new Node.Items(
        items.items().stream().map(item -> member(owner, item, all)).toList(), items.at());
  }

  private static Node member(String owner, Node item, Node.Mapping all) {
    if (!(item instanceof Node.Scalar name) || name.isNull()) {
      return item;
    }
    if (name.text().equals(owner)) {
      throw new ConfigException(name.at(), "'" + owner + "' is a member of itself");
    }
    List<String> others = all.keys().stream().filter(key -> !key.equals(owner)).toList();
    return all.get(name.text())
        .orElseThrow(
            () ->
                new ConfigException(
                    name.at(),
                    "no verifier of this study is called '"
                        + name.text()
                        + "'"
                        + Nearest.hint(name.text(), others)))
        .value();
  }
}
