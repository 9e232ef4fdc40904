package io.github.tiltbench.result;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.GridPoint;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.CellKey;
import io.github.tiltbench.study.Comparisons;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.FitKey;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Stopping;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import io.github.tiltbench.study.published.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The plan as it is kept beside the results: all that tables need, without models or verifiers.
 *
 * @param study name
 * @param seed of all noise
 * @param repetitions trials of each cell and prompt, at most
 * @param count samples a trial returns
 * @param prompts in file order
 * @param unit what budgets count, {@code nfe} or {@code compute}
 * @param per what a budget pays for, {@code sample} or {@code trial}
 * @param metrics names
 * @param crossRewards names of the judges
 * @param nfe NFE of all trials and all learning
 * @param cells in plan order
 * @param skips combinations left out
 * @param layouts names of the tables asked for; empty if the study leaves them open
 * @param published numbers to stand beside the measured ones
 * @param versus which algorithms are set against which
 * @param unguarded models and verifiers whose samples no judge of another family looks at
 * @param kin judges that are of the family of the reward, beside others that are not
 * @param judges the key of each judge by its name; none in a plan of an older version
 * @param until the rule by which cells may have fewer repetitions; empty if none has
 */
public record PlanFile(
    String study,
    long seed,
    int repetitions,
    int count,
    List<String> prompts,
    String unit,
    String per,
    List<String> metrics,
    List<String> crossRewards,
    long nfe,
    List<Row> cells,
    List<Skipped> skips,
    List<String> layouts,
    List<Published> published,
    Comparisons versus,
    List<Plan.Unguarded> unguarded,
    List<Plan.Kin> kin,
    Map<String, String> judges,
    Optional<Stopping> until) {
  /** Of a study in which every reward is guarded and no rule stops a cell. */
  public PlanFile(
      String study,
      long seed,
      int repetitions,
      int count,
      List<String> prompts,
      String unit,
      String per,
      List<String> metrics,
      List<String> crossRewards,
      long nfe,
      List<Row> cells,
      List<Skipped> skips,
      List<String> layouts,
      List<Published> published,
      Comparisons versus) {
    this(
        study,
        seed,
        repetitions,
        count,
        prompts,
        unit,
        per,
        metrics,
        crossRewards,
        nfe,
        cells,
        skips,
        layouts,
        published,
        versus,
        List.of(),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  /**
   * Refuses more trials than a plan can have, and none; what a plan of an older version does not
   * say stands as in a study that leaves it open.
   */
  public PlanFile {
    require(repetitions >= 1, "repetitions must be at least 1 but is " + repetitions);
    require(count >= 1, "count must be at least 1 but is " + count);
    require(!prompts.isEmpty(), "prompts is an empty list");
    require(!cells.isEmpty(), "cells is an empty list");
    require(
        until.isEmpty() || until.get().atMost() == repetitions,
        "until must have its last look at " + repetitions);
    long trials = (long) prompts.size() * repetitions;
    require(
        trials <= Plan.MOST_TRIALS / cells.size(),
        "repetitions makes more than " + Plan.MOST_TRIALS + " trials with " + repetitions);
    prompts = List.copyOf(prompts);
    metrics = List.copyOf(metrics);
    crossRewards = List.copyOf(crossRewards);
    cells = List.copyOf(cells);
    skips = List.copyOf(skips);
    layouts = layouts == null ? List.of() : List.copyOf(layouts);
    published = published == null ? List.of() : List.copyOf(published);
    unguarded = unguarded == null ? List.of() : List.copyOf(unguarded);
    kin = kin == null ? List.of() : List.copyOf(kin);
    judges = judges == null ? Map.of() : new TreeMap<>(judges);
    if (versus == null) {
      versus = new Comparisons(Comparisons.standing(cells.stream().map(Row::label).toList()), "");
    }
  }

  private static final CatalogueEntry<PlanFile> KIND =
      CatalogueEntry.bare(
          "a plan",
          PlanFile.class,
          Map.of(
              "layouts",
              List.of(),
              "published",
              List.of(),
              "versus",
              new Comparisons("", ""),
              "unguarded",
              List.of(),
              "kin",
              List.of(),
              "judges",
              Map.of()));

  /**
   * One cell.
   *
   * @param key all 64 digits
   * @param model label
   * @param verifier label
   * @param algorithm its name
   * @param params its place on the axes as {@code a=1,b=2}, empty without axes
   * @param beta reward temperature
   * @param at budget, null for an algorithm that a larger one leaves as it is
   * @param cost of a trial, by formula; of the dearest prompt
   * @param fit what learning of a prompt costs apart from the trials, by formula
   */
  public record Row(
      String key,
      String model,
      String verifier,
      String algorithm,
      String params,
      double beta,
      Long at,
      Cost cost,
      Optional<Cost> fit) {
    /** Refuses a key that is none and a temperature that no study can have. */
    public Row {
      key = new CellKey(key).hex();
      require(beta > 0 && beta < Double.POSITIVE_INFINITY, "beta must be positive but is " + beta);
      require(at == null || at >= 1, "at must be at least 1 but is " + at);
    }

    /** The first digits of the key. */
    public String brief() {
      return key.substring(0, 12);
    }

    /** The algorithm with its place on the axes. */
    public String label() {
      return params.isEmpty() ? algorithm : algorithm + "[" + params + "]";
    }
  }

  /**
   * One combination left out.
   *
   * @param model label
   * @param verifier label
   * @param algorithm label
   * @param at budget, null if left out at each
   * @param reason one clause
   */
  public record Skipped(String model, String verifier, String algorithm, Long at, String reason) {}

  /** What a plan file says of a plan. */
  public static PlanFile of(Plan plan) {
    Study study = plan.study();
    return new PlanFile(
        study.name(),
        study.seed(),
        study.repetitions(),
        study.count(),
        study.prompts(),
        study.budgets().unit().toString(),
        Names.kebab(study.budgets().per().name()),
        study.metrics(),
        study.crossRewards().stream().map(Component::label).toList(),
        plan.nfe(),
        plan.cells().stream().map(PlanFile::row).toList(),
        plan.skips().stream()
            .map(
                s ->
                    new Skipped(
                        s.model(),
                        s.verifier(),
                        s.algorithm(),
                        s.at().isPresent() ? s.at().getAsLong() : null,
                        s.reason()))
            .toList(),
        study.layouts(),
        study.published(),
        study.versus(),
        plan.unguarded(),
        plan.kin(),
        plan.judges(),
        study.until());
  }

  private static Row row(Cell cell) {
    return new Row(
        cell.key().hex(),
        cell.model().label(),
        cell.verifier().label(),
        cell.method().part().name(),
        GridPoint.text(cell.method().part().axes()),
        cell.method().beta(),
        cell.at().isPresent() ? cell.at().getAsLong() : null,
        cell.cost(),
        cell.learning().map(FitKey::cost));
  }

  /** All trials of a cell in order: prompts in file order, then repetitions. */
  public List<TrialId> trials(Row row) {
    return trials(row, repetitions);
  }

  /** Those of its first rounds, in the same order. */
  List<TrialId> trials(Row row, int rounds) {
    List<TrialId> trials = new ArrayList<>();
    for (String prompt : prompts) {
      for (int repetition = 0; repetition < rounds; repetition++) {
        trials.add(new TrialId(row.brief(), prompt, repetition));
      }
    }
    return trials;
  }

  /** The file's text, which says nothing of a rule that there is not. */
  String json() {
    Map<String, Object> fields = Json.fields(this);
    fields.values().removeIf(Optional.empty()::equals);
    return Json.canonical(fields) + "\n";
  }

  /** Reads the plan of a result folder. */
  static PlanFile read(Path folder) {
    Path file = folder.resolve("plan.json");
    if (Files.isRegularFile(folder) || Files.notExists(file)) {
      throw new NoResultsException(folder, hint(folder));
    }
    try {
      Node.Mapping root = StoredFile.object(file);
      PlanFile plan = Records.STORED.read(root, KIND);
      checkNames(root, plan);
      return root.get("versus").isPresent() ? plan : plan.standing();
    } catch (ConfigException e) {
      throw StoreException.of(e);
    }
  }

  /** Refuses what only a plan of another version can name, and what would stand twice. */
  private static void checkNames(Node.Mapping root, PlanFile plan) {
    known(root, "unit", List.of("nfe", "compute"), List.of(plan.unit()));
    known(root, "per", List.of("sample", "trial"), List.of(plan.per()));
    known(root, "metrics", Catalogues.load().metricNames(), plan.metrics());
    known(root, "layouts", Catalogues.load().layoutNames(), plan.layouts());
    distinct(root, "prompts", plan.prompts());
    distinct(root, "cross_rewards", plan.crossRewards());
    distinct(root, "cells", plan.cells().stream().map(Row::brief).toList());
  }

  private static void known(Node.Mapping root, String key, List<String> known, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (!known.contains(names.get(i))) {
        throw new ConfigException(
            item(root, key, i),
            key + " cannot be '" + names.get(i) + "'" + Nearest.hint(names.get(i), known));
      }
    }
  }

  private static void distinct(Node.Mapping root, String key, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        throw new ConfigException(item(root, key, i), key + " has '" + names.get(i) + "' twice");
      }
    }
  }

  /** The place of an item of a list, or of the one value. */
  private static Mark item(Node.Mapping root, String key, int index) {
    Node value = root.get(key).map(Node.Entry::value).orElse(root);
    return value instanceof Node.Items items ? items.items().get(index).at() : value.at();
  }

  private PlanFile standing() {
    return new PlanFile(
        study,
        seed,
        repetitions,
        count,
        prompts,
        unit,
        per,
        metrics,
        crossRewards,
        nfe,
        cells,
        skips,
        layouts,
        published,
        null,
        unguarded,
        kin,
        judges,
        until);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** The result folder that was most likely meant: inside the one named, or beside it. */
  private static String hint(Path folder) {
    Path place = folder.toAbsolutePath().normalize();
    List<Path> inside = folders(place);
    if (inside.size() == 1) {
      return "; did you mean '" + folder.resolve(inside.get(0).getFileName()) + "'?";
    }
    if (!inside.isEmpty()) {
      return "; result folders in it: "
          + inside.stream().map(f -> f.getFileName().toString()).collect(Collectors.joining(", "));
    }
    List<String> beside =
        place.getParent() == null
            ? List.of()
            : folders(place.getParent()).stream().map(f -> f.getFileName().toString()).toList();
    return Nearest.to(String.valueOf(place.getFileName()), beside)
        .map(name -> "; did you mean '" + folder.resolveSibling(name) + "'?")
        .orElse("");
  }

  private static List<Path> folders(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(place)) {
      return all.filter(f -> Files.isRegularFile(f.resolve("plan.json"))).sorted().toList();
    } catch (IOException e) {
      return List.of(); // a hint is not worth another error
    }
  }
}
