package io.github.tiltbench.study;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.config.Utf8;
import io.github.tiltbench.config.Yaml;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the prompts of a study, which are texts in a list or the lines of a file. */
final class Prompts {
  private record Prompt(String text, Mark at) {}

  private Prompts() {}

  /**
   * Distinct prompts that every model and verifier knows; {@code "-"} alone where the study has
   * none.
   */
  static List<String> read(
      Node.Mapping study,
      PathResolver places,
      List<Component<ModelSpec>> models,
      List<Component<VerifierSpec>> verifiers) {
    Optional<Node> node = study.get("prompts").map(Node.Entry::value);
    List<Prompt> prompts =
        node.isEmpty()
            ? List.of(new Prompt(Condition.NONE.text(), study.at()))
            : node.get() instanceof Node.Scalar path ? file(path, places) : list(node.get());
    Set<String> seen = new HashSet<>();
    for (Prompt prompt : prompts) {
      if (!seen.add(prompt.text())) {
        throw new ConfigException(prompt.at(), "prompts has '" + prompt.text() + "' twice");
      }
      for (Component<ModelSpec> model : models) {
        require(model.ask(m -> m.mismatch(prompt.text())), prompt, "model " + model.label(), node);
      }
      for (Component<VerifierSpec> verifier : verifiers) {
        Optional<String> mismatch = verifier.ask(v -> v.mismatch(prompt.text()));
        require(mismatch, prompt, "verifier " + verifier.label(), node);
      }
    }
    return prompts.stream().map(Prompt::text).toList();
  }

  private static void require(
      Optional<String> mismatch, Prompt prompt, String who, Optional<Node> node) {
    if (mismatch.isPresent()) {
      String where = node.isEmpty() ? "the study has no prompts: " : "";
      throw new ConfigException(prompt.at(), where + who + ": " + mismatch.get());
    }
  }

  private static List<Prompt> list(Node node) {
    if (!(node instanceof Node.Items items)) {
      throw Literals.wrong(node, "prompts", "a list or a file");
    }
    List<String> texts = texts(items, "prompts");
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      prompts.add(new Prompt(texts.get(i), items.items().get(i).at()));
    }
    return prompts;
  }

  /** One prompt a line; blank lines do not count. */
  private static List<Prompt> file(Node.Scalar path, PathResolver places) {
    if (path.isNull()) {
      throw new ConfigException(path.at(), "prompts has no value");
    }
    Path found = places.resolve(path.at(), path.text());
    List<String> lines = Utf8.decode(found.toString(), Yaml.bytes(found)).lines().toList();
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        prompts.add(new Prompt(lines.get(i).strip(), new Mark(found.toString(), i + 1, 1)));
      }
    }
    if (prompts.isEmpty()) {
      throw new ConfigException(path.at(), "the file " + path.text() + " has no prompts");
    }
    return prompts;
  }

  /** A list of distinct texts, at least one. */
  static List<String> texts(Node.Items items, String key) {
    Set<String> texts = new LinkedHashSet<>();
    for (Node item : items.items()) {
      if (!(item instanceof Node.Scalar s) || s.text().isBlank() || s.isNull()) {
        throw Literals.wrong(item, key, "a list of texts");
      }
      if (!texts.add(s.text())) {
        throw new ConfigException(s.at(), key + " has '" + s.text() + "' twice");
      }
    }
    if (texts.isEmpty()) {
      throw new ConfigException(items.at(), key + " is an empty list");
    }
    return List.copyOf(texts);
  }
}
