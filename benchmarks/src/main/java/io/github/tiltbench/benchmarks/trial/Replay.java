package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.benchmarks.trial.Bare.Call;
import io.github.tiltbench.model.NetworkModel;
import io.github.tiltbench.study.Cell;
import java.util.List;

/** A trial on the image model, and the bare calls that it makes. */
final class Replay implements AutoCloseable {
  private final Runs runs;
  private final Bare bare;
  private final List<Call> calls;

  /** Of an algorithm as a study writes it, {@code CHAINS} standing for the rows of a call. */
  Replay(String algorithm, int chains, int steps) throws InterruptedException {
    Workload fashion = Workload.FASHION;
    long nfe = 2L * chains * steps + steps; // a search over paths begins with a solve
    Cell cell = fashion.cell(algorithm.replace("CHAINS", String.valueOf(chains)), steps, 1, nfe);
    calls = Recorder.calls(cell, fashion.prompt());
    runs = new Runs(cell, fashion.prompt());
    NetworkModel network = (NetworkModel) cell.model().spec();
    bare =
        new Bare(
            network.path().folder(),
            cell.verifier().spec().open(cell.model().spec().space()),
            fashion.prompt());
    bare.prepare(calls);
  }

  /** The whole trial. */
  void trial(Work work) throws InterruptedException {
    runs.run(1, work);
  }

  /** Its calls to engine and verifier alone. */
  void bare() {
    bare.run(calls);
  }

  @Override
  public void close() {
    runs.close();
    bare.close();
  }
}
