package io.github.tiltbench.run;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.engine.Device;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Parcel;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.CellKey;
import io.github.tiltbench.study.ExtensionLoader;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * One cohort to be computed by another process, which reads the study anew: models, weights and
 * extensions must lie at the same places there, and the cell's key tells whether they are the same.
 *
 * @param study text of the study
 * @param file its absolute path, from which relative ones are searched
 * @param extensions absolute paths of the jars and folders that bring names
 * @param key of the cell, all digits
 * @param prompts of the trials
 * @param repetitions of the trials, as many
 */
public record Errand(
    byte[] study,
    String file,
    List<String> extensions,
    String key,
    List<String> prompts,
    int[] repetitions)
    implements Serializable {
  /** Where the errands of a run begin. */
  public record Home(byte[] study, String file, List<String> extensions) {
    Errand errand(Runner.Task task) {
      return new Errand(
          study,
          file,
          extensions,
          task.cell().key().hex(),
          new ArrayList<>(task.trials().stream().map(TrialId::prompt).toList()),
          task.trials().stream().mapToInt(TrialId::repetition).toArray());
    }
  }

  /** What this process has open for the errands of one study. */
  private record Open(String identity, Plan plan, FitCache fits, Worker worker) {
    void close() {
      worker.close();
      fits.close();
    }
  }

  private static Open open;

  /**
   * Computes the cohort, one at a time in a process; models stay open for the next errand.
   *
   * @param gpu that this process was given, empty for the CPU
   * @return a packed {@link Parcel}
   * @throws IllegalStateException if the study makes another cell here
   */
  public byte[] run(OptionalInt gpu) throws InterruptedException {
    synchronized (Errand.class) {
      Open here = open(gpu);
      Cell cell =
          here.plan.cells().stream()
              .filter(c -> c.key().hex().equals(key))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "the study makes no cell "
                              + new CellKey(key).brief()
                              + " here: some file of a model or a verifier differs between the"
                              + " machines"));
      List<TrialId> ids = new ArrayList<>();
      for (int i = 0; i < repetitions.length; i++) {
        ids.add(cell.trial(prompts.get(i), repetitions[i]));
      }
      List<Worker.Outcome> outcomes = here.worker.run(cell, ids);
      List<Trial> trials =
          outcomes.stream().map(Worker.Outcome::trial).filter(Objects::nonNull).toList();
      List<Failure> failures =
          outcomes.stream().map(Worker.Outcome::failure).filter(Objects::nonNull).toList();
      return new Parcel(trials, failures, here.worker.takeDivided()).packed();
    }
  }

  private Open open(OptionalInt gpu) {
    String identity = file + " " + Digests.sha256(study) + " " + gpu;
    if (open != null && open.identity.equals(identity)) {
      return open;
    }
    if (open != null) {
      open.close();
      open = null;
    }
    if (!extensions.isEmpty()) {
      ExtensionLoader.View unused = // in view as long as this process
          ExtensionLoader.open(extensions.stream().map(Path::of).toList());
    }
    if (gpu.isPresent()) {
      Torch.use(Device.gpu(gpu.getAsInt()));
    }
    Catalogues catalogues = Catalogues.load();
    Path place = Path.of(file);
    Plan plan = Plan.of(Study.read(file, study, PathResolver.of(place), catalogues), catalogues);
    FitCache fits = new FitCache();
    open = new Open(identity, plan, fits, new Worker(plan.study().seed(), fits));
    return open;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Errand e
        && key.equals(e.key)
        && file.equals(e.file)
        && extensions.equals(e.extensions)
        && prompts.equals(e.prompts)
        && Arrays.equals(study, e.study)
        && Arrays.equals(repetitions, e.repetitions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, file, prompts, Arrays.hashCode(repetitions));
  }

  @Override
  public String toString() {
    return "cohort of " + prompts.size() + " trials of " + new CellKey(key).brief();
  }
}
