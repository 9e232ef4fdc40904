package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.run.TrialRunner;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.TrialId;
import java.util.List;
import java.util.stream.IntStream;

/** One cell whose trials are run again and again, and counted. */
final class Runs implements AutoCloseable {
  private static final long SEED = 1;

  private final Allocation allocation = new Allocation();
  private final TrialRunner trials = new TrialRunner(SEED);
  private final Cell cell;
  private final String prompt;

  /** The trials of a cell, asked for by a prompt, to be run by the calling thread. */
  Runs(Cell cell, String prompt) {
    Algorithm counted = allocation.reporting(cell.method().part().spec());
    this.cell = Workload.with(cell, cell.model().spec(), cell.verifier().spec(), counted);
    this.prompt = prompt;
  }

  /** Runs the first trials as one cohort. */
  List<Trial> run(int cohort, Work work) throws InterruptedException {
    long before = Allocation.here();
    List<TrialId> ids = IntStream.range(0, cohort).mapToObj(i -> cell.trial(prompt, i)).toList();
    List<Trial> done = trials.run(cell, ids);
    work.bytes += Allocation.here() - before + allocation.elsewhere();
    work.steps += (long) cohort * cell.problem().process().steps();
    for (Trial trial : done) {
      work.samples += trial.samples().size();
      work.nfe += trial.cost().nfe();
    }
    return done;
  }

  @Override
  public void close() {
    trials.close();
  }
}
