package io.github.tiltbench.model.training;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.config.Yaml;
import io.github.tiltbench.engine.network.Architecture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A model card: what is trained, on what, and how the outcome is judged.
 *
 * @param file the YAML file
 * @param content what it says
 * @param digest SHA-256 of all of it that decides the weights
 */
public record Card(Path file, CardContent content, String digest) {
  private static final CatalogueEntry<ImageContent> IMAGES =
      CatalogueEntry.bare("a card", ImageContent.class);
  private static final CatalogueEntry<TextContent> TEXT =
      CatalogueEntry.bare("a card", TextContent.class);
  private static final String ARCHITECTURE = "architecture";

  /**
   * Reads a card file; its relative paths follow the rule of {@link PathResolver}.
   *
   * @throws ConfigException for anything that is wrong with it
   */
  public static Card read(Path file) {
    Node root = Yaml.read(file);
    if (!(root instanceof Node.Mapping card)) {
      throw new ConfigException(root.at(), "a card must be a mapping, not " + root.what());
    }
    Records records = Records.of(PathResolver.of(file), List.of(Architecture.FAMILIES));
    List<Node.Entry> entries = new ArrayList<>();
    for (Node.Entry e : card.entries()) {
      boolean keys = e.key().equals(ARCHITECTURE) && e.value() instanceof Node.Mapping;
      Node value = keys ? ((Node.Mapping) e.value()).renamed(Names::snake) : e.value();
      entries.add(new Node.Entry(e.key(), e.at(), value));
    }
    Node.Mapping keys = new Node.Mapping(entries, card.at());
    boolean text = written(card, "kind").equals("masked");
    CardContent content = text ? records.read(keys, TEXT) : records.read(keys, IMAGES);
    String identity =
        written(card, ARCHITECTURE)
            + " "
            + written(card, "training")
            + " "
            + written(card, "scheduler");
    return new Card(file, content, Digests.sha256(identity.getBytes(StandardCharsets.UTF_8)));
  }

  /** The folder that the card lies in, and what its training writes. */
  public Path folder() {
    return file.toAbsolutePath().getParent();
  }

  /** A section as it enters the digest; empty if there is none. */
  private static String written(Node.Mapping card, String section) {
    return card.get(section).map(e -> written(e.value())).orElse("");
  }

  private static String written(Node node) {
    if (node instanceof Node.Mapping mapping) {
      return mapping.entries().stream()
          .map(e -> e.key() + "=" + written(e.value()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (node instanceof Node.Items items) {
      return items.items().stream().map(Card::written).collect(Collectors.joining(", ", "[", "]"));
    }
    String text = ((Node.Scalar) node).text();
    boolean real = text.matches("[-+]?[0-9]+(\\.[0-9]*([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)");
    return real ? Double.toString(Double.parseDouble(text)) : text;
  }
}
