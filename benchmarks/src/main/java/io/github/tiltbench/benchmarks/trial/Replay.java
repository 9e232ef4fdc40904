package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.benchmarks.trial.Bare.Call;
import io.github.tiltbench.model.Network;
import io.github.tiltbench.study.Cell;
import java.util.List;

/** A trial on the image model, and the bare calls that it makes. */
final class Replay implements AutoCloseable {
  private final Runs runs;
  private final Bare bare;
  private final List<Call> calls;

  /** Of an algorithm as a study writes it, with 64 rows a call. */
  Replay(String algorithm, int steps) throws InterruptedException {
    Workload fashion = Workload.FASHION;
    Cell cell = fashion.cell(algorithm, steps, 1, Long.MAX_VALUE >>> 20);
    calls = Recorder.calls(cell, fashion.prompt());
    runs = new Runs(cell, fashion.prompt());
    Network network = (Network) cell.model().spec();
    bare = new Bare(network.path(), cell.verifier().spec().open(), fashion.prompt());
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
