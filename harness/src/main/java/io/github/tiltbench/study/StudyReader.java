package io.github.tiltbench.study;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.study.published.Published;
import io.github.tiltbench.study.published.PublishedReader;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the mapping of a study file, key by key. */
final class StudyReader {
  /** The keys that hold one value each. */
  record Settings(String study, long seed, int repetitions, int count) {
    private static final int MOST = 1_000_000;

    Settings {
      if (repetitions < 1 || repetitions > MOST) {
        throw new IllegalArgumentException(
            "repetitions must be from 1 to " + MOST + " but is " + repetitions);
      }
      if (count < 1 || count > MOST) {
        throw new IllegalArgumentException("count must be from 1 to " + MOST + " but is " + count);
      }
    }
  }

  private static final CatalogueEntry<Settings> SETTINGS =
      CatalogueEntry.of("a study", new Settings("study", 0, 1, 1), "study", "repetitions", "count");
  private static final List<String> KEYS =
      List.of(
          "study",
          "seed",
          "repetitions",
          "count",
          "prompts",
          "models",
          "verifiers",
          "beta",
          "algorithms",
          "budgets",
          "cross_rewards",
          "metrics",
          "features",
          "layouts",
          "published",
          "baseline",
          "primary");
  private static final List<String> REQUIRED =
      List.of("models", "verifiers", "beta", "algorithms", "budgets");

  private final Node.Mapping file;
  private final Catalogues catalogues;
  private final PathResolver places;
  private final Records records;
  private final ComponentReader parts;

  StudyReader(Node.Mapping file, PathResolver places, Catalogues catalogues) {
    this.file = file;
    this.catalogues = catalogues;
    this.places = places;
    this.records = Records.of(places, catalogues.families());
    this.parts = new ComponentReader(records);
  }

  Study study() {
    checkKeys();
    Optional<Repetitions> rule = Repetitions.read(file, records);
    Settings settings = records.read(settings(rule), SETTINGS);
    Mark nameAt = file.get("study").orElseThrow().value().at();
    List<Component<ModelSpec>> models = parts.parts(value("models"), catalogues.models());
    List<Component<VerifierSpec>> verifiers =
        parts.parts(Members.writtenOut(value("verifiers")), catalogues.verifiers());
    List<AlgorithmEntry> methods =
        new AlgorithmReader(records, catalogues.algorithms())
            .methods(value("algorithms"), value("beta"));
    List<Component<VerifierSpec>> judges = crossRewards(verifiers);
    judges.forEach(StudyReader::requireJudge);
    List<String> metrics =
        names("metrics", "metric", catalogues.metricNames(), MetricFamily.usual());
    List<String> prompts =
        Prompts.read(
            file, places, models, Stream.concat(verifiers.stream(), judges.stream()).toList());
    Comparisons versus = versus(methods);
    return new Study(
        Names.plain(nameAt, "the study", settings.study()),
        settings.seed(),
        settings.repetitions(),
        rule.map(r -> r.of(prompts.size(), verifiers, versus, value("repetitions").at())),
        settings.count(),
        prompts,
        models,
        verifiers,
        methods,
        records.read(value("budgets"), Budgets.KIND),
        judges,
        metrics,
        optional("features").map(n -> records.only(n, catalogues.features())),
        names("layouts", "layout", catalogues.layoutNames(), List.of()),
        published(verifiers, methods, judges, metrics),
        versus,
        Mark.of(file.at().file()));
  }

  private void checkKeys() {
    for (Node.Entry entry : file.entries()) {
      if (!KEYS.contains(entry.key())) {
        throw new ConfigException(
            entry.at(), "unknown key '" + entry.key() + "'" + Nearest.hint(entry.key(), KEYS));
      }
    }
    List<String> missing = REQUIRED.stream().filter(k -> file.get(k).isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new ConfigException(file.at(), "a study needs " + String.join(" and ", missing));
    }
  }

  private Node.Mapping settings(Optional<Repetitions> rule) {
    return new Node.Mapping(
        file.entries().stream()
            .filter(e -> SETTINGS.keys().contains(e.key()))
            .map(e -> rule.map(r -> r.counted(e)).orElse(e))
            .toList(),
        file.at());
  }

  private Node value(String key) {
    return file.get(key).orElseThrow().value();
  }

  private Optional<Node> optional(String key) {
    return file.get(key).map(Node.Entry::value);
  }

  /** Names of the study's verifiers or of kinds without required keys, or definitions by name. */
  private List<Component<VerifierSpec>> crossRewards(List<Component<VerifierSpec>> targets) {
    Optional<Node> node = optional("cross_rewards");
    if (node.isEmpty() || (node.get() instanceof Node.Items i && i.items().isEmpty())) {
      return List.of();
    }
    if (node.get() instanceof Node.Mapping definitions) {
      return parts.parts(definitions, catalogues.verifiers());
    }
    return parts.named((Node.Items) requireList(node.get()), targets, catalogues.verifiers());
  }

  /** A judge sees the samples of a trial, and nothing that led to them. */
  private static void requireJudge(Component<VerifierSpec> judge) {
    switch (judge.spec().scope()) {
      case POINT -> {}
      case SET ->
          throw new ConfigException(
              judge.at(), judge.label() + " ranks candidates and cannot judge; its members can");
      case POPULATION ->
          throw new ConfigException(
              judge.at(),
              judge.label() + " judges all samples at once and cannot judge each: use a metric");
    }
    if (judge.spec().estimate().isPresent()) {
      throw new ConfigException(
          judge.at(),
          judge.label() + " needs the clean estimate on the way to a sample and cannot judge");
    }
  }

  private static Node requireList(Node node) {
    if (!(node instanceof Node.Items)) {
      throw Literals.wrong(node, "cross_rewards", "a list of names or a mapping of definitions");
    }
    return node;
  }

  /**
   * Names out of those known: a list or a single one.
   *
   * @param standing what stands where the study has no such key
   */
  private List<String> names(String key, String what, List<String> known, List<String> standing) {
    if (optional(key).isEmpty()) {
      return standing;
    }
    Node.Items items =
        value(key) instanceof Node.Items list
            ? list
            : new Node.Items(List.of(value(key)), value(key).at());
    List<String> names = Prompts.texts(items, key);
    for (int i = 0; i < names.size(); i++) {
      if (!known.contains(names.get(i))) {
        throw new ConfigException(
            items.items().get(i).at(),
            "unknown " + what + " '" + names.get(i) + "'" + Nearest.hint(names.get(i), known));
      }
    }
    return names;
  }

  private Comparisons versus(List<AlgorithmEntry> methods) {
    List<String> labels = methods.stream().map(m -> m.part().label()).toList();
    String baseline = one("baseline", methods).orElseGet(() -> Comparisons.standing(labels));
    String primary = one("primary", methods).orElse("");
    if (!primary.isEmpty() && (baseline.isEmpty() || baseline.equals(primary))) {
      throw new ConfigException(
          value("primary").at(),
          baseline.isEmpty()
              ? "primary needs a baseline to be compared with"
              : "primary is the baseline itself; name another with the key baseline");
    }
    return new Comparisons(baseline, primary);
  }

  /** The label of the one algorithm that a key means. */
  private Optional<String> one(String key, List<AlgorithmEntry> methods) {
    return optional(key).map(node -> one(key, node, methods));
  }

  private static String one(String key, Node node, List<AlgorithmEntry> methods) {
    if (!(node instanceof Node.Scalar name) || name.isNull()) {
      throw Literals.wrong(node, key, "the name of an algorithm");
    }
    Map<String, List<String>> known =
        PublishedReader.labels(methods.stream().map(AlgorithmEntry::part).toList());
    List<String> meant = PublishedReader.labels(name.at(), "algorithm", name.text(), known);
    if (meant.contains(name.text())) {
      return name.text(); // as it is labelled, whatever else has that name and parameters
    }
    if (meant.size() > 1) {
      throw new ConfigException(
          name.at(), key + " must be one algorithm; it can be " + String.join(" or ", meant));
    }
    return meant.get(0);
  }

  private List<Published> published(
      List<Component<VerifierSpec>> verifiers,
      List<AlgorithmEntry> methods,
      List<Component<VerifierSpec>> judges,
      List<String> metrics) {
    return optional("published")
        .map(
            new PublishedReader(
                    records,
                    PublishedReader.labels(verifiers),
                    PublishedReader.labels(methods.stream().map(AlgorithmEntry::part).toList()),
                    PublishedReader.numbers(
                        metrics.stream().map(catalogues::metric).toList(),
                        judges.stream().map(Component::label).toList()))
                ::read)
        .orElse(List.of());
  }
}
