package io.github.tiltbench.benchmarks.trial;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Sixteen trials of few rows each on the image model, together and one at a time. */
@State(Scope.Thread)
public class CohortBenchmark {
  private static final int TRIALS = 16;

  /** Rows of a trial's own batch. */
  @Param({"1", "2", "4"})
  public int rows;

  /** Trials in lockstep. */
  @Param({"1", "16"})
  public int cohort;

  /** Steps of the chain. */
  @Param("5")
  public int steps;

  private Runs runs;

  /** Plans the cell. */
  @Setup
  public void setUp() {
    Workload fashion = Workload.FASHION;
    runs = new Runs(fashion.cell("pretrained", steps, rows, (long) rows * steps), fashion.prompt());
  }

  /** Closes the models. */
  @TearDown
  public void tearDown() {
    runs.close();
  }

  /** All sixteen. */
  @Benchmark
  public void trials(Work work) throws InterruptedException {
    for (int done = 0; done < TRIALS; done += cohort) {
      runs.run(cohort, work);
    }
  }
}
