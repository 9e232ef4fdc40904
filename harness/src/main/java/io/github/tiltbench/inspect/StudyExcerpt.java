package io.github.tiltbench.inspect;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.config.Yaml;
import io.github.tiltbench.study.Catalogues;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a study says to name a model or a verifier.
 *
 * @param family {@code models} or {@code verifiers}
 * @param name what the study may call it
 * @param lines its keys, a line each
 */
public record StudyExcerpt(String family, String name, List<String> lines) {
  /** Keeps the lines. */
  public StudyExcerpt {
    lines = List.copyOf(lines);
  }

  static StudyExcerpt model(String name, String... lines) {
    return new StudyExcerpt("models", name, List.of(lines));
  }

  static StudyExcerpt verifier(String name, String... lines) {
    return new StudyExcerpt("verifiers", name, List.of(lines));
  }

  /** The same with a line more. */
  StudyExcerpt with(String line) {
    List<String> all = new ArrayList<>(lines);
    all.add(line);
    return new StudyExcerpt(family, name, all);
  }

  /** A path, or another text, as YAML has it. */
  static String text(Object text) {
    String plain = text.toString();
    return plain.matches("[A-Za-z/.][\\w/.+@-]*") ? plain : Json.canonical(plain);
  }

  /**
   * What the study makes of it: a {@code ModelSpec} or a {@code VerifierSpec}.
   *
   * @throws RuntimeException as a study with it is refused
   */
  Object read(Catalogues catalogues) {
    byte[] yaml = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    Node node = Yaml.parse(family, yaml);
    Records records = Records.of(PathResolver.of(Path.of("study.yaml")), catalogues.families());
    return family.equals("models")
        ? records.only(node, catalogues.models())
        : records.only(node, catalogues.verifiers());
  }

  /** Those of a study, as they stand in its file. */
  public static String yaml(List<StudyExcerpt> blocks) {
    StringBuilder yaml = new StringBuilder();
    for (String family : List.of("models", "verifiers")) {
      List<StudyExcerpt> all = blocks.stream().filter(b -> b.family.equals(family)).toList();
      yaml.append(all.isEmpty() ? "" : family + ":\n");
      for (StudyExcerpt block : all) {
        yaml.append("  ").append(text(block.name)).append(":\n");
        block.lines.forEach(line -> yaml.append("    ").append(line).append('\n'));
      }
    }
    return yaml.toString();
  }
}
