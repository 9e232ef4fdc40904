package io.github.tiltbench.result;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a result folder holds of its plan.
 *
 * @param folder where
 * @param plan what was asked for
 * @param trials what is finished; trials that the plan no longer asks for are left out, those of
 *     rounds after which a rule stopped their cell are not
 * @param failures the last failure of each trial that is not finished
 * @param damages what is not as it was written
 * @param carried trials that were made when the study had other prompts, each with the cell that
 *     they were made in, where their samples lie
 * @param beyond how many trials lie in the plan's cells that it does not ask for any more
 * @param standings how many rounds of each cell are asked for, under the first digits of its key
 */
public record Results(
    Path folder,
    PlanFile plan,
    Map<TrialId, Trial> trials,
    List<Failure> failures,
    List<Damage> damages,
    Map<TrialId, String> carried,
    int beyond,
    Map<String, Looks.Standing> standings) {
  public Results {
    standings = Map.copyOf(standings);
  }

  /** Of a study whose prompts and repetitions were never others. */
  public Results(
      Path folder,
      PlanFile plan,
      Map<TrialId, Trial> trials,
      List<Failure> failures,
      List<Damage> damages) {
    this(
        folder,
        plan,
        trials,
        failures,
        damages,
        Map.of(),
        0,
        Looks.of(plan, trials.values()).standings());
  }

  /**
   * Reads a result folder.
   *
   * @throws StoreException if it is none or cannot be read
   */
  public static Results read(Path folder) {
    return read(folder, PlanFile.read(folder), brief -> Siblings.definition(cell(folder, brief)));
  }

  /**
   * What a result folder holds of a plan that it has not been run with yet; writes nothing.
   *
   * @throws StoreException if it cannot be read
   */
  public static Results of(Path folder, Plan plan) {
    Map<String, Cell> cells = new HashMap<>();
    plan.cells().forEach(cell -> cells.put(cell.key().brief(), cell));
    return read(
        folder, PlanFile.of(plan), brief -> Optional.of(CellDefinition.of(cells.get(brief))));
  }

  private static Path cell(Path folder, String brief) {
    return folder.resolve("cells").resolve(brief);
  }

  private static Results read(
      Path folder, PlanFile plan, Function<String, Optional<CellDefinition>> definitions) {
    Judges judges = Judges.of(folder, plan);
    Set<String> own = plan.cells().stream().map(PlanFile.Row::brief).collect(Collectors.toSet());
    Map<String, List<String>> siblings = Siblings.of(folder.resolve("cells"), own, definitions);
    Map<TrialId, Trial> trials = new HashMap<>();
    Map<TrialId, String> carried = new HashMap<>();
    int beyond = 0;
    List<Failure> failures = new ArrayList<>();
    List<Damage> damages = new ArrayList<>(Provenance.damages(folder));
    Damage.ofFolder(folder.resolve("cells")).ifPresent(damages::add);
    List<CellFolder> cells =
        plan.cells().parallelStream()
            .map(row -> CellFolder.read(cell(folder, row.brief()), judges))
            .toList();
    for (int i = 0; i < cells.size(); i++) {
      CellFolder cell = cells.get(i);
      String brief = plan.cells().get(i).brief();
      Set<TrialId> wanted = new HashSet<>(plan.trials(plan.cells().get(i)));
      for (Map.Entry<TrialId, Trial> trial : cell.trials().entrySet()) {
        if (wanted.contains(trial.getKey())) {
          trials.put(trial.getKey(), trial.getValue());
        } else {
          beyond++;
        }
      }
      for (String sibling : siblings.getOrDefault(brief, List.of())) {
        for (Trial trial : CellFolder.read(cell(folder, sibling), judges).trials().values()) {
          TrialId id = new TrialId(brief, trial.id().prompt(), trial.id().repetition());
          if (wanted.contains(id) && !trials.containsKey(id)) {
            Map<String, double[]> scores = judges.with(trial.crossRewards(), cell.judgements(id));
            trials.put(id, trial.as(id).judged(scores));
            carried.put(id, sibling);
          }
        }
      }
      cell.failures().stream().filter(f -> wanted.contains(f.id())).forEach(failures::add);
      damages.addAll(cell.damages());
    }
    Map<String, Looks.Standing> standings = Looks.of(plan, trials.values()).standings();
    return new Results(folder, plan, trials, failures, damages, carried, beyond, standings);
  }

  /** How many cells lie in the folder that the plan has no use for. */
  public long others() {
    Set<String> own = new HashSet<>(carried.values());
    plan.cells().forEach(row -> own.add(row.brief()));
    return Siblings.others(folder.resolve("cells"), own).size();
  }

  /** The finished trials of a cell: prompts in file order, then repetitions. */
  public List<Trial> trials(PlanFile.Row row) {
    return asked(row).stream().map(trials::get).filter(Objects::nonNull).toList();
  }

  /** The trials that are asked for of a cell: those of its rounds so far, if a rule stops it. */
  public List<TrialId> asked(PlanFile.Row row) {
    return plan.trials(row, standings.get(row.brief()).rounds());
  }

  /** What defines the numbers of a cell; empty if none of its trials was ever stored. */
  public Optional<CellDefinition> definition(PlanFile.Row row) {
    try {
      return CellDefinition.read(cell(folder, row.brief()));
    } catch (ConfigException e) {
      throw StoreException.of(e);
    }
  }

  /** Whether damage has cost trials that no later run has replaced. */
  public boolean lost() {
    return !damages.isEmpty() && plan.cells().stream().anyMatch(row -> missing(row) > 0);
  }

  /** How many trials of a cell are not finished. */
  public int missing(PlanFile.Row row) {
    return asked(row).size() - trials(row).size();
  }

  /**
   * The samples of a trial, read from their file if they have one.
   *
   * @throws StoreException if that file is not as it was written
   */
  public Batch samples(Trial trial) {
    if (trial.samples() instanceof Stored.Inline inline) {
      return inline.batch();
    }
    Stored.Saved saved = (Stored.Saved) trial.samples();
    String home = carried.getOrDefault(trial.id(), trial.id().cell());
    Path file = cell(folder, home).resolve("samples").resolve(saved.file());
    try {
      byte[] bytes = StoredFile.bytes(file);
      if (!Digests.sha256(bytes).equals(saved.sha256())) {
        throw new StoreException(
            file,
            "damaged: its digest is not the one recorded; delete it to have its trial run again");
      }
      Batch.Reals read = Npy.read(bytes);
      if (read.size() != saved.size()) {
        throw new IllegalArgumentException(
            read.size() + " samples where " + saved.size() + " are recorded");
      }
      return read;
    } catch (IllegalArgumentException e) {
      throw new StoreException(file, e.getMessage());
    }
  }
}
