package io.github.tiltbench.cli;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import java.util.List;

/** The parameters of a kind as a person reads them. */
final class Defaults {
  private Defaults() {}

  /** {@code key=default} for each parameter, {@code key} alone where there is no short default. */
  static List<String> of(CatalogueEntry<?> kind) {
    return kind.keys().stream()
        .map(key -> key + kind.standing(key).map(Defaults::value).orElse(""))
        .toList();
  }

  private static String value(Object value) {
    Node node = JsonTree.parse("default", 1, Json.canonical(value));
    return node instanceof Node.Scalar scalar && !scalar.isNull() ? "=" + scalar.text() : "";
  }
}
