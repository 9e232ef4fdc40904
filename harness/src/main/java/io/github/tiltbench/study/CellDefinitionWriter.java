package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Construction;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Keyed;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.OmittedWhenAbsent;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the canonical JSON that a cell's key is the digest of.
 *
 * <p>A path stands for the content of what it names, not for its place: the digests of those {@code
 * files()} of the part that lie at or below it, or of all files there if the part lists none. What
 * is {@link Pinned} brings its digests, which are those of the bytes that will be opened.
 */
final class CellDefinitionWriter {
  private final Study study;
  private final Catalogues catalogues;
  private final Digests digests = new Digests();
  private final Map<Component<?>, String> written = new HashMap<>();

  CellDefinitionWriter(Study study, Catalogues catalogues) {
    this.study = study;
    this.catalogues = catalogues;
  }

  String of(
      Component<ModelSpec> model,
      Component<VerifierSpec> verifier,
      AlgorithmEntry method,
      OptionalLong at,
      Problem problem) {
    Map<String, Object> cell = new TreeMap<>();
    cell.put("model", new Json.Raw(part(model, model.ask(ModelSpec::files))));
    cell.put("verifier", new Json.Raw(part(verifier, verifier.ask(VerifierSpec::files))));
    cell.put("algorithm", new Json.Raw(part(method.part(), List.of())));
    cell.put("revision", method.part().spec().revision());
    cell.put("beta", method.beta());
    cell.put("budget", at.isPresent() ? problem.budget().limits() : null);
    if (Cell.learning(method, problem).isPresent()) {
      cell.put("fit", problem.fit().orElseThrow().limits());
    }
    List<String> code = code(List.of(model.spec(), verifier.spec(), method.part().spec()));
    if (!code.isEmpty()) {
      cell.put("code", code);
    }
    cell.put("count", study.count());
    cell.put("prompts", study.prompts().stream().sorted().toList());
    cell.put("seed", study.seed());
    return Json.canonical(cell);
  }

  /**
   * What defines what is learned of a prompt before trials, but the prompt: parameters that shape
   * the sampling alone are left out. Empty if nothing is learned or its parameters have no JSON.
   */
  Optional<String> lesson(
      Component<ModelSpec> model,
      Component<VerifierSpec> verifier,
      AlgorithmEntry method,
      Problem problem) {
    if (Cell.learning(method, problem).isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> fit = new TreeMap<>();
    try {
      Object parameters = ((Learner<?>) method.part().spec()).fitKey();
      fit.put(
          "parameters",
          new Json.Raw(
              Json.canonical(parameters, value -> resolved(value, List.of(), method.part().at()))));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // an extension's own type: it is learned anew
    }
    fit.put("model", new Json.Raw(part(model, model.ask(ModelSpec::files))));
    fit.put("verifier", new Json.Raw(part(verifier, verifier.ask(VerifierSpec::files))));
    fit.put("algorithm", method.part().kind());
    fit.put("revision", method.part().spec().revision());
    fit.put("beta", method.beta());
    fit.put("budget", problem.fit().orElseThrow().limits());
    fit.put("code", code(List.of(model.spec(), verifier.spec(), method.part().spec())));
    fit.put("count", study.count());
    fit.put("seed", study.seed());
    return Optional.of(Json.canonical(fit));
  }

  /** The key of a judge: the first digits of the digest of all that defines its scores. */
  String key(Component<VerifierSpec> judge) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("verifier", new Json.Raw(part(judge, judge.ask(VerifierSpec::files))));
    List<String> code = code(List.of(judge.spec()));
    if (!code.isEmpty()) {
      fields.put("code", code);
    }
    return CellKey.of(Json.canonical(fields)).brief();
  }

  /** Digests of the extensions that the records come from, and those within them. */
  private static List<String> code(Object value) {
    TreeSet<String> digests = new TreeSet<>();
    collect(value, digests);
    return List.copyOf(digests);
  }

  private static void collect(Object value, Set<String> digests) {
    if (value instanceof Record spec) {
      ExtensionCode.of(spec.getClass()).ifPresent(digests::add);
      Json.fields(spec).values().forEach(v -> collect(v, digests));
    } else if (value instanceof Iterable<?> many && !(value instanceof Path)) {
      many.forEach(v -> collect(v, digests));
    } else if (value instanceof Optional<?> some) {
      some.ifPresent(v -> collect(v, digests));
    }
  }

  private String part(Component<?> part, List<Path> files) {
    return written.computeIfAbsent(
        part,
        p -> {
          Map<String, Object> fields = fields((Record) p.spec(), p.kind());
          Set<String> later = later((Record) p.spec());
          fields
              .entrySet()
              .removeIf(
                  f ->
                      (p.spec() instanceof Algorithm || later.contains(f.getKey()))
                          && absent(f.getValue()));
          return Json.canonical(fields, value -> resolved(value, files, p.at()));
        });
  }

  /** The keys of parameters that are {@link OmittedWhenAbsent}. */
  private static Set<String> later(Record spec) {
    return Arrays.stream(spec.getClass().getRecordComponents())
        .filter(c -> c.isAnnotationPresent(OmittedWhenAbsent.class))
        .map(c -> Names.snake(c.getName()))
        .collect(Collectors.toSet());
  }

  /**
   * A parameter of an algorithm that is optional and not given is left out, so that it may learn
   * new ones and the cells that do not use them keep their keys.
   */
  private static boolean absent(Object value) {
    return value.equals(Construction.empty(value.getClass()));
  }

  private Object resolved(Object value, List<Path> files, Mark at) {
    if (value instanceof Pinned pinned) {
      return pinned.digests();
    }
    if (value instanceof Keyed keyed) {
      return keyed.key();
    }
    if (value instanceof Path path) {
      return contents(path, files, at);
    }
    if (value instanceof Record nested) {
      for (Catalogue<?> family : catalogues.families()) {
        Optional<String> kind = family.of(nested).map(CatalogueEntry::name);
        if (kind.isPresent()) {
          return fields(nested, kind.get());
        }
      }
    }
    return value;
  }

  private static Map<String, Object> fields(Record spec, String kind) {
    Map<String, Object> fields = Json.fields(spec);
    fields.put("kind", kind);
    int revision = revision(spec);
    if (revision != 1) {
      fields.put("revision", revision);
    }
    return fields;
  }

  /** That of an algorithm stands by itself, beside its parameters. */
  private static int revision(Record spec) {
    if (spec instanceof ModelSpec model) {
      return model.revision();
    }
    if (spec instanceof VerifierSpec verifier) {
      return verifier.revision();
    }
    return spec instanceof ProcessSpec process ? process.revision() : 1;
  }

  /** Digests by path below the one given, whatever folder that lies in. */
  private Map<String, String> contents(Path path, List<Path> files, Mark at) {
    Path root = path.toAbsolutePath().normalize();
    List<Path> listed = new ArrayList<>();
    for (Path file : files) {
      Path absolute = file.toAbsolutePath().normalize();
      if (absolute.startsWith(root)) {
        listed.add(absolute);
      }
    }
    Map<String, String> contents = new TreeMap<>();
    for (Path file : listed.isEmpty() ? Digests.files(at, root) : listed) {
      String name = root.relativize(file).toString().replace('\\', '/');
      contents.put(name, digests.of(at, file));
    }
    return contents;
  }
}
