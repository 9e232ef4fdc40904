package io.github.tiltbench.study;

import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * A study's cells in a fixed order, and the combinations left out by name.
 *
 * @param study where it comes from
 * @param cells by model, verifier, algorithm and budget, each in the order of the file
 * @param skips in the same order
 * @param judges the key of each judge of cross rewards by its label: the digest of all that defines
 *     its scores
 */
public record Plan(Study study, List<Cell> cells, List<Skip> skips, Map<String, String> judges) {
  /** Most trials of a plan. */
  public static final int MOST_TRIALS = 10_000_000;

  public Plan {
    cells = List.copyOf(cells);
    skips = List.copyOf(skips);
    judges = new TreeMap<>(judges);
  }

  /**
   * Crosses a study's parts and prices every cell; reads weight files to digest them, loads none.
   *
   * @throws ConfigException if two cells are the same or none is left
   */
  public static Plan of(Study study, Catalogues catalogues) {
    return new PlanBuilder(study, catalogues).plan();
  }

  /** The programs beside this one that its models, rewards and judges are, each once. */
  public List<Program> programs() {
    Set<Program> programs = new LinkedHashSet<>();
    for (Cell cell : cells) {
      programs.addAll(cell.model().spec().programs());
      programs.addAll(cell.verifier().spec().programs());
      cell.crossRewards().forEach(judge -> programs.addAll(judge.spec().programs()));
    }
    return List.copyOf(programs);
  }

  /** What is missing on this machine for its rewards and judges, and what brings it. */
  public List<String> lacks() {
    return cells.stream()
        .flatMap(cell -> Stream.concat(Stream.of(cell.verifier()), cell.crossRewards().stream()))
        .flatMap(part -> part.spec().lack().map(lack -> part.label() + " " + lack).stream())
        .distinct()
        .toList();
  }

  /**
   * Refuses to open what is not there.
   *
   * @throws IllegalArgumentException if something is missing
   */
  public void requireAll() {
    if (!lacks().isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", lacks()));
    }
  }

  /** All trials, cell by cell. */
  public List<TrialId> trials() {
    List<TrialId> trials = new ArrayList<>();
    for (Cell cell : cells) {
      trials.addAll(trials(cell));
    }
    return trials;
  }

  /**
   * The trials of one cell in the order they run in: repetition by repetition, prompts in file
   * order, so that more repetitions only add some at the end.
   */
  public List<TrialId> trials(Cell cell) {
    List<TrialId> trials = new ArrayList<>();
    for (int repetition = 0; repetition < study.repetitions(); repetition++) {
      for (String prompt : study.prompts()) {
        trials.add(cell.trial(prompt, repetition));
      }
    }
    return trials;
  }

  /** What its parts warn of, cell by cell; of a prompt once for a model and for a verifier. */
  public List<Warning> warnings() {
    List<Warning> warnings = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Cell cell : cells) {
      if (seen.add("model " + cell.model().label())) {
        remark(cell, cell.model(), "", ModelSpec::remark, warnings);
      }
      for (Component<VerifierSpec> verifier :
          Stream.concat(Stream.of(cell.verifier()), cell.crossRewards().stream()).toList()) {
        if (seen.add("verifier " + verifier.label())) {
          String who = "verifier " + verifier.label() + ": ";
          remark(cell, verifier, who, VerifierSpec::remark, warnings);
        }
      }
      for (String reason : cell.method().part().ask(a -> a.warnings(cell.problem()))) {
        warnings.add(new Warning(cell, reason));
      }
    }
    return warnings;
  }

  private <T> void remark(
      Cell cell,
      Component<T> part,
      String who,
      BiFunction<T, String, Optional<String>> asking,
      List<Warning> warnings) {
    for (String prompt : study.prompts()) {
      part.ask(spec -> asking.apply(spec, prompt))
          .ifPresent(remark -> warnings.add(new Warning(cell, who + remark)));
    }
  }

  /**
   * A model and a verifier whose samples no judge of another family looks at.
   *
   * @param model label
   * @param verifier label
   * @param kin judges of the verifier's own family
   */
  public record Unguarded(String model, String verifier, List<String> kin) {}

  /** Where a reward that is followed too far would not show, in plan order. */
  public List<Unguarded> unguarded() {
    return cells.stream().flatMap(cell -> unguarded(cell).stream()).distinct().toList();
  }

  private static Optional<Unguarded> unguarded(Cell cell) {
    return cell.crossRewards().stream().allMatch(judge -> related(cell, judge))
        ? Optional.of(new Unguarded(cell.model().label(), cell.verifier().label(), kin(cell)))
        : Optional.empty();
  }

  /**
   * A model and a verifier whose samples are judged by its own family, beside others.
   *
   * @param model label
   * @param verifier label
   * @param judges of the verifier's own family, and the extractor of features if that is, at least
   *     one
   */
  public record Kin(String model, String verifier, List<String> judges) {}

  /** Where a number is not held out from the guide, in plan order. */
  public List<Kin> kin() {
    List<Kin> all = new ArrayList<>();
    for (Cell cell : cells) {
      List<String> judges = new ArrayList<>(unguarded(cell).isEmpty() ? kin(cell) : List.of());
      study
          .features()
          .filter(f -> cell.verifier().ask(VerifierSpec::families).contains(f.family()))
          .ifPresent(f -> judges.add("features of " + f.name()));
      if (!judges.isEmpty()) {
        all.add(new Kin(cell.model().label(), cell.verifier().label(), judges));
      }
    }
    return all.stream().distinct().toList();
  }

  /** The judges of the guide's own family, but for the guide itself. */
  private static List<String> kin(Cell cell) {
    return cell.crossRewards().stream()
        .filter(judge -> !judge.label().equals(cell.verifier().label()) && related(cell, judge))
        .map(Component::label)
        .toList();
  }

  private static boolean related(Cell cell, Component<VerifierSpec> judge) {
    return !Collections.disjoint(
        cell.verifier().ask(VerifierSpec::families), judge.ask(VerifierSpec::families));
  }

  /** NFE of all trials of a cell. */
  public long nfe(Cell cell) {
    return amount(cell, Unit.NFE);
  }

  /** What all trials of a cell take of a unit. */
  public long amount(Cell cell, Unit unit) {
    return cell.tasks().isEmpty()
        ? Math.multiplyExact(
            cell.cost().of(unit), (long) study.prompts().size() * study.repetitions())
        : each(prompt -> Math.multiplyExact(cell.cost(prompt).of(unit), study.repetitions()));
  }

  /** The sum over all prompts. */
  private long each(ToLongFunction<String> ofPrompt) {
    return study.prompts().stream().mapToLong(ofPrompt).reduce(0, Math::addExact);
  }

  /** What is learned of each prompt apart from the trials, each thing once. */
  public List<FitKey> learnings() {
    return cells.stream().flatMap(cell -> cell.learning().stream()).distinct().toList();
  }

  /** NFE of learning one thing of every prompt. */
  public long nfe(FitKey learning) {
    Cell cell =
        cells.stream().filter(c -> c.learning().equals(Optional.of(learning))).findFirst().get();
    return each(prompt -> cell.learning(prompt).orElseThrow().cost().nfe());
  }

  /** NFE of all trials and all learning. */
  public long nfe() {
    long trials = cells.stream().mapToLong(this::nfe).reduce(0, Math::addExact);
    return learnings().stream().mapToLong(this::nfe).reduce(trials, Math::addExact);
  }
}
