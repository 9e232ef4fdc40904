package io.github.tiltbench.result;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.diffusion.Batch;
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

/**
 * What a result folder holds of its plan.
 *
 * @param folder where
 * @param plan what was asked for
 * @param trials what is finished; trials that the plan no longer asks for are left out
 * @param failures the last failure of each trial that is not finished
 * @param damages what is not as it was written
 */
public record Results(
    Path folder,
    PlanFile plan,
    Map<TrialId, Trial> trials,
    List<Failure> failures,
    List<Damage> damages) {
  /**
   * Reads a result folder.
   *
   * @throws StoreException if it is none or cannot be read
   */
  public static Results read(Path folder) {
    PlanFile plan = PlanFile.read(folder);
    Map<TrialId, Trial> trials = new HashMap<>();
    List<Failure> failures = new ArrayList<>();
    List<Damage> damages = new ArrayList<>(Provenance.damages(folder));
    Damage.ofFolder(folder.resolve("cells")).ifPresent(damages::add);
    List<CellFolder> cells =
        plan.cells().parallelStream()
            .map(row -> CellFolder.read(folder.resolve("cells").resolve(row.brief())))
            .toList();
    for (int i = 0; i < cells.size(); i++) {
      CellFolder cell = cells.get(i);
      Set<TrialId> wanted = new HashSet<>(plan.trials(plan.cells().get(i)));
      cell.trials().entrySet().stream()
          .filter(e -> wanted.contains(e.getKey()))
          .forEach(e -> trials.put(e.getKey(), e.getValue()));
      cell.failures().stream().filter(f -> wanted.contains(f.id())).forEach(failures::add);
      damages.addAll(cell.damages());
    }
    return new Results(folder, plan, trials, failures, damages);
  }

  /** The finished trials of a cell: prompts in file order, then repetitions. */
  public List<Trial> trials(PlanFile.Row row) {
    return plan.trials(row).stream().map(trials::get).filter(Objects::nonNull).toList();
  }

  /** What defines the numbers of a cell; empty if none of its trials was ever stored. */
  public Optional<CellDefinition> definition(PlanFile.Row row) {
    try {
      return CellDefinition.read(folder.resolve("cells").resolve(row.brief()));
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
    return plan.trials(row).size() - trials(row).size();
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
    Path file =
        folder.resolve("cells").resolve(trial.id().cell()).resolve("samples").resolve(saved.file());
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
