package io.github.tiltbench.engine.network;

import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import java.lang.reflect.RecordComponent;
import java.util.List;

/** A family of networks; a record whose components are its keys in a card. */
public sealed interface Architecture permits UNet, ClassNetwork, MaskedTransformer {
  /** The network as text. */
  Network network();

  /** Number of classes; 0 where it knows none. */
  int classes();

  /** The families by the name a card calls them. */
  Catalogue<Architecture> FAMILIES =
      new Catalogue<>(
          "architecture",
          Architecture.class,
          List.of(
              CatalogueEntry.bare("masked-transformer", MaskedTransformer.class),
              CatalogueEntry.bare("mixer", Mixer.class),
              CatalogueEntry.bare("resnet", ResNet.class),
              CatalogueEntry.bare("unet", UNet.class)));

  /**
   * Reads {@code kind} and exactly the components of that family, in camelCase as {@link #json}
   * writes them or in snake_case.
   *
   * @throws io.github.tiltbench.config.ConfigException at the key that is wrong
   */
  static Architecture of(Node node) {
    return Records.STORED.only(
        node instanceof Node.Mapping keys ? keys.renamed(Names::snake) : node, FAMILIES);
  }

  /** Reads what {@link #json} wrote; {@code name} stands in for the file in messages. */
  static Architecture of(String name, String json) {
    return of(JsonTree.parse(name, 1, json));
  }

  /** The architecture as JSON, for the metadata of its weights. */
  default String json() {
    StringBuilder json = new StringBuilder("{\"kind\":");
    json.append(Json.canonical(FAMILIES.of(this).orElseThrow().name()));
    for (RecordComponent component : getClass().getRecordComponents()) {
      json.append(",\"").append(component.getName()).append("\":");
      json.append(Json.canonical(Json.value((Record) this, component)));
    }
    return json.append('}').toString();
  }

  /** Refuses sizes that no network has. */
  static void requireSizes(String name, List<Integer> sizes) {
    if (sizes.isEmpty()) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
    sizes.forEach(size -> requireSize(name, size));
  }

  /** Refuses a size that no network has. */
  static void requireSize(String name, int size) {
    if (size < 1 || size > 1 << 16) {
      throw new IllegalArgumentException(name + " must be from 1 to 65536 but is " + size);
    }
  }

  /** Refuses a size that is no multiple of another. */
  static void requireMultiple(String name, int size, int of) {
    requireSize(name, size);
    if (size % of != 0) {
      throw new IllegalArgumentException(name + " must be a multiple of " + of + " but is " + size);
    }
  }
}
