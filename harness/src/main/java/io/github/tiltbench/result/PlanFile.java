package io.github.tiltbench.result;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.GridPoint;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Comparisons;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.FitKey;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import io.github.tiltbench.study.published.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The plan as it is kept beside the results: all that tables need, without models or verifiers.
 *
 * @param study name
 * @param seed of all noise
 * @param repetitions trials of each cell and prompt
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
    Comparisons versus) {
  /** What a plan of an older version does not say stands as in a study that leaves it open. */
  public PlanFile {
    layouts = layouts == null ? List.of() : List.copyOf(layouts);
    published = published == null ? List.of() : List.copyOf(published);
    if (versus == null && cells != null) {
      versus = new Comparisons(Comparisons.standing(cells.stream().map(Row::label).toList()), "");
    }
  }

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();

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
   * @param cost of a trial, by formula
   * @param fit what learning of a prompt costs apart from the trials, by formula; null for nothing
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
      Cost fit) {
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
        study.versus());
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
        cell.learning().map(FitKey::cost).orElse(null));
  }

  /** All trials of a cell in order: prompts in file order, then repetitions. */
  public List<TrialId> trials(Row row) {
    List<TrialId> trials = new ArrayList<>();
    for (String prompt : prompts) {
      for (int repetition = 0; repetition < repetitions; repetition++) {
        trials.add(new TrialId(row.brief(), prompt, repetition));
      }
    }
    return trials;
  }

  String json() {
    return Json.canonical(this) + "\n";
  }

  /** Reads the plan of a result folder. */
  static PlanFile read(Path folder) {
    Path file = folder.resolve("plan.json");
    if (!Files.isRegularFile(file)) {
      throw new StoreException(folder, "not a result folder: it has no plan.json" + hint(folder));
    }
    try {
      PlanFile plan = GSON.fromJson(Files.readString(file), PlanFile.class);
      if (plan == null || plan.cells() == null || plan.prompts() == null || plan.skips() == null) {
        throw new StoreException(file, "not a plan of this version");
      }
      return plan;
    } catch (JsonParseException e) {
      throw new StoreException(file, "damaged: " + e.getMessage());
    } catch (IOException e) {
      throw StoreException.of(file, "cannot be read", e);
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
