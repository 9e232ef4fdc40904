package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.study.AlgorithmEntry;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What the trials of benchmarks are trials of. */
public enum Workload {
  /** A mixture in the plane, whose denoiser costs next to nothing: what is left is overhead. */
  ANALYTIC(
      """
        kind: gaussian-mixture
        weights: [0.3, 0.7]
        means: [[-2, 0], [1.5, 1]]
        variances: [[0.2, 0.2], [0.5, 0.1]]
        process: {kind: ddim, steps: %d, eta: %s, scheduler: {clip_sample: false}}
      """,
      "{kind: linear, coefficients: [1.0, 0.5]}"),
  /** The image model that ships with the project, without guidance: one row a particle. */
  FASHION(
      """
        kind: network
        path: datasets/models/fashion-ddpm
        process:
          kind: ddim
          steps: %d
          eta: %s
          scheduler: datasets/models/fashion-ddpm/scheduler_config.json
      """,
      "{kind: classifier, path: datasets/models/fashion-classifier}"),
  /** A Markov chain of tokens, one reveal a step, whose conditionals are exact. */
  MARKOV(
      """
        kind: markov-chain
        length: %d
        initial: [0.5, 0.3, 0.2]
        transition: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
        process: {kind: first-hitting} # %s
      """,
      "{kind: tokens, scores: [0, 0, 1], equal_neighbours: -0.5}"),
  /** The model of clauses that ships with the project, 20 tokens whatever the steps. */
  CLAUSES(
      """
        kind: masked-network
        path: datasets/models/kjv-clauses # %d, %s
        process: {kind: first-hitting}
      """,
      "{kind: sentiment}");

  private static final String STUDY =
      """
      study: benchmark
      seed: 1
      repetitions: %d
      count: %d
      prompts: [%s]
      models:
        model:
      %sverifiers:
        reward: %s
      beta: 0.5
      algorithms: [%s]
      budgets: {unit: nfe, per: trial, at: [%d]}
      """;

  /** What runs on a chain that draws no noise, and on no other. */
  private static final List<String> DETERMINISTIC =
      List.of("random-search", "zero-order", "search-over-paths", "first-order");

  private final String model;
  private final String verifier;

  Workload(String model, String verifier) {
    this.model = model;
    this.verifier = verifier;
  }

  /** An algorithm as an entry of a study's list, from its name with or without parameters. */
  static String entry(String method) {
    return method.contains(":") ? "{" + method + "}" : method;
  }

  /** The class asked for; a network knows classes, the mixture does not. */
  String prompt() {
    return this == FASHION ? "tshirt" : "-";
  }

  /**
   * The bytes of a study file.
   *
   * @param algorithms as a study lists them
   * @param steps of the chain
   * @param count samples a trial returns
   * @param nfe that a trial may spend
   */
  byte[] study(String algorithms, int steps, int count, long nfe, int repetitions) {
    boolean deterministic = DETERMINISTIC.stream().anyMatch(algorithms::contains);
    return STUDY
        .formatted(
            repetitions,
            count,
            "\"" + prompt() + "\"",
            model.formatted(steps, deterministic ? "0.0" : "1.0").indent(2),
            verifier,
            algorithms,
            nfe)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The plan of a study file. */
  static Plan plan(byte[] study) {
    Catalogues names = Catalogues.builtIn();
    Path home = Path.of(System.getProperty("tiltbench.home", ""));
    PathResolver places = PathResolver.of(home.resolve("benchmark.yaml"));
    Plan plan = Plan.of(Study.read("benchmark.yaml", study, places, names), names);
    if (!plan.skips().isEmpty()) {
      throw new IllegalStateException(plan.skips().get(0).reason());
    }
    return plan;
  }

  /** The one cell of one algorithm. */
  Cell cell(String algorithm, int steps, int count, long nfe) {
    return plan(study(algorithm, steps, count, nfe, 1)).cells().get(0);
  }

  /** A cell with other parts that do the same. */
  static Cell with(Cell cell, ModelSpec model, VerifierSpec verifier, Algorithm algorithm) {
    return new Cell(
        cell.key(),
        with(cell.model(), model),
        with(cell.verifier(), verifier),
        new AlgorithmEntry(with(cell.method().part(), algorithm), cell.method().beta()),
        cell.at(),
        cell.problem(),
        cell.cost(),
        cell.crossRewards(),
        cell.definition());
  }

  private static <T> Component<T> with(Component<T> part, T spec) {
    return new Component<>(part.name(), part.kind(), spec, part.axes(), part.at());
  }
}
