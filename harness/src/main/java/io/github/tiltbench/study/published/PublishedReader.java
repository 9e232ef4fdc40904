package io.github.tiltbench.study.published;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.metric.Input;
import io.github.tiltbench.metric.Metric;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.study.Component;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the key {@code published}: a mapping, or a list of them.
 *
 * <p>{@code file} names the numbers; {@code paper}, {@code table}, {@code model}, {@code task},
 * {@code reward} and {@code setting} narrow them down; a reward of the study, where it has several,
 * is named by its own key. {@code methods} maps algorithms of the study, by name or label, to
 * methods of the file. Numbers of the study are mapped to those of the file likewise; without that,
 * the ones that both call alike are meant.
 *
 * @param records how the plain keys become a record
 * @param verifiers labels of the study's rewards by their names
 * @param algorithms labels of the study's algorithms by their names
 * @param metrics names of all numbers that the study measures
 */
public record PublishedReader(
    Records records,
    Map<String, List<String>> verifiers,
    Map<String, List<String>> algorithms,
    List<String> metrics) {
  private record Choice(
      Path file,
      Optional<String> paper,
      Optional<String> table,
      Optional<String> model,
      Optional<String> task,
      Optional<String> reward,
      Optional<String> setting,
      Optional<String> verifier) {}

  private static final CatalogueEntry<Choice> CHOICE =
      CatalogueEntry.bare("published", Choice.class);
  private static final String METHODS = "methods";
  private static final String METRICS = "metrics";

  /** Labels of parts by name, in file order. */
  public static Map<String, List<String>> labels(List<? extends Component<?>> parts) {
    return parts.stream()
        .collect(
            Collectors.groupingBy(
                Component::name,
                LinkedHashMap::new,
                Collectors.mapping(Component::label, Collectors.toList())));
  }

  /** The names of the numbers that metrics give, those by each judge included. */
  public static List<String> numbers(List<MetricFamily> families, List<String> judges) {
    List<String> names = new ArrayList<>();
    for (MetricFamily family : families) {
      for (Metric metric : family.metrics()) {
        names.add(metric.name());
        if (metric.input() instanceof Input.Scores) {
          judges.forEach(j -> names.add(metric.name() + "@" + j));
        }
      }
    }
    return names;
  }

  public List<Published> read(Node node) {
    List<Published> all = new ArrayList<>();
    for (Node item : node instanceof Node.Items items ? items.items() : List.of(node)) {
      if (!(item instanceof Node.Mapping mapping)) {
        throw Literals.wrong(item, "published", "a mapping or a list of mappings");
      }
      all.addAll(one(mapping));
    }
    return all;
  }

  private List<Published> one(Node.Mapping mapping) {
    checkKeys(mapping);
    Choice choice = records.read(mapping.without(METHODS).without(METRICS), CHOICE);
    List<String> targets = targets(mapping, choice);
    PublishedTable left = narrowed(mapping, PublishedTable.read(choice.file()));
    Map<String, Node.Scalar> methods = methods(mapping);
    List<PublishedNumber> used = new ArrayList<>();
    methods.values().forEach(m -> used.addAll(left.with("method", m).numbers()));
    Map<String, String> names = metrics(mapping, new PublishedTable(used));
    List<Published.Entry> entries = new ArrayList<>();
    methods.forEach(
        (label, method) ->
            names.forEach(
                (ours, theirs) ->
                    left.only(method, theirs)
                        .ifPresent(n -> entries.add(new Published.Entry(label, ours, n)))));
    return targets.stream().map(verifier -> new Published(verifier, entries)).toList();
  }

  private static void checkKeys(Node.Mapping mapping) {
    List<String> known = new ArrayList<>(CHOICE.keys());
    known.add(METHODS);
    known.add(METRICS);
    for (Node.Entry entry : mapping.entries()) {
      if (!known.contains(entry.key())) {
        throw new ConfigException(
            entry.at(),
            "unknown key '" + entry.key() + "' in published" + Nearest.hint(entry.key(), known));
      }
    }
    if (mapping.get("file").isEmpty() || mapping.get(METHODS).isEmpty()) {
      throw new ConfigException(mapping.at(), "published needs file and methods");
    }
  }

  private List<String> targets(Node.Mapping mapping, Choice choice) {
    if (choice.verifier().isPresent()) {
      return labels(
          mapping.get("verifier").orElseThrow().value().at(),
          "verifier",
          choice.verifier().get(),
          verifiers);
    }
    if (verifiers.size() > 1) {
      throw new ConfigException(
          mapping.at(),
          "published needs verifier, one of " + String.join(", ", verifiers.keySet()));
    }
    return verifiers.values().iterator().next();
  }

  /** All labels of a name, or the one label. */
  public static List<String> labels(
      Mark at, String what, String name, Map<String, List<String>> known) {
    Set<String> all = new LinkedHashSet<>(known.keySet());
    known.values().forEach(all::addAll);
    if (!all.contains(name)) {
      throw new ConfigException(
          at, "the study has no " + what + " '" + name + "'" + Nearest.hint(name, all));
    }
    return known.getOrDefault(name, List.of(name));
  }

  private static PublishedTable narrowed(Node.Mapping mapping, PublishedTable table) {
    PublishedTable left = table;
    for (String filter : PublishedTable.FILTERS) {
      Optional<Node.Entry> entry = mapping.get(filter);
      if (entry.isPresent()) {
        left = left.with(filter, (Node.Scalar) entry.get().value());
      }
    }
    return left;
  }

  /** The file's method by label of the study's algorithm. */
  private Map<String, Node.Scalar> methods(Node.Mapping mapping) {
    Map<String, Node.Scalar> methods = new LinkedHashMap<>();
    for (Node.Entry entry : names(mapping, METHODS)) {
      for (String label : labels(entry.at(), "algorithm", entry.key(), algorithms)) {
        if (methods.put(label, (Node.Scalar) entry.value()) != null) {
          throw new ConfigException(entry.at(), METHODS + " means '" + label + "' twice");
        }
      }
    }
    return methods;
  }

  /** The file's metric by metric of the study. */
  private Map<String, String> metrics(Node.Mapping mapping, PublishedTable used) {
    Map<String, String> names = new LinkedHashMap<>();
    if (mapping.get(METRICS).isPresent()) {
      for (Node.Entry entry : names(mapping, METRICS)) {
        if (!metrics.contains(entry.key())) {
          throw new ConfigException(
              entry.at(),
              "the study has no number '" + entry.key() + "'" + Nearest.hint(entry.key(), metrics));
        }
        Node.Scalar theirs = (Node.Scalar) entry.value();
        used.with("metric", theirs);
        names.put(entry.key(), theirs.text());
      }
      return names;
    }
    Set<String> theirs = used.values("metric");
    metrics.stream().filter(theirs::contains).forEach(m -> names.put(m, m));
    if (names.isEmpty()) {
      throw new ConfigException(
          mapping.at(),
          "published needs metrics: the study and the file call none alike; the file has "
              + String.join(", ", theirs));
    }
    return names;
  }

  /** The entries of a mapping from names to names, at least one. */
  private static List<Node.Entry> names(Node.Mapping mapping, String key) {
    Node node = mapping.get(key).orElseThrow().value();
    if (!(node instanceof Node.Mapping named) || named.entries().isEmpty()) {
      throw Literals.wrong(node, key, "a mapping from names of the study to names of the file");
    }
    for (Node.Entry entry : named.entries()) {
      if (!(entry.value() instanceof Node.Scalar s) || s.isNull()) {
        throw Literals.wrong(entry.value(), entry.key(), "a name in the file");
      }
    }
    return named.entries();
  }
}
