package io.github.tiltbench.run;

import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs trials as a study does, but where and when the caller says, and stores nothing: for
 * measurements. Models and verifiers stay open from one call to the next; used by one thread at a
 * time.
 */
public final class TrialRunner implements AutoCloseable {
  private final FitCache fits = new FitCache();
  private final Worker worker;

  /** With nothing open yet, for the noise of one study. */
  public TrialRunner(long seed) {
    worker = new Worker(seed, fits);
  }

  /**
   * Runs trials of one cell as one cohort, after learning of their prompts what the cell learns.
   *
   * @return one a trial, in their order
   * @throws IllegalStateException if one fails
   */
  public List<Trial> run(Cell cell, List<TrialId> ids) throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    for (Worker.Outcome outcome : worker.run(cell, ids)) {
      Failure failure = outcome.failure();
      if (failure != null) {
        throw new IllegalStateException(
            failure.id() + ": " + failure.kind() + ", " + failure.message());
      }
      trials.add(outcome.trial());
    }
    return trials;
  }

  @Override
  public void close() {
    worker.close();
    fits.close();
  }
}
