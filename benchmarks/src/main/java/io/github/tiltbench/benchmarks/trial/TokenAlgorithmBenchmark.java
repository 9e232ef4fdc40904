package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.result.Trial;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One whole trial of each algorithm that runs on tokens, with a budget of 16 chains of 20 reveals;
 * timed as {@link AlgorithmBenchmark} does.
 */
@State(Scope.Thread)
public class TokenAlgorithmBenchmark {
  /** As a study writes it. */
  @Param({
    "pretrained",
    "best-of-n",
    "smc",
    "svdd",
    "fk",
    "das: {gradient: false}",
    "urge: {drift: none}",
    "particle-gibbs",
    "refine",
    "tri-tsmc: {twist: tokens}",
    "smc: {proposal: parent}",
    "beam",
    "tree",
    "dsearch",
    "rerd",
    "crepe",
    "treasure"
  })
  public String method;

  /** What it is run on. */
  @Param({"MARKOV", "CLAUSES"})
  public Workload workload;

  /** Chains that the budget pays for. */
  @Param("16")
  public int chains;

  private static final int LENGTH = 20;

  private Runs runs;

  /** Plans the cell; models are opened by the first trial. */
  @Setup
  public void setUp() {
    String written = Workload.entry(method);
    runs = new Runs(workload.cell(written, LENGTH, 1, (long) chains * LENGTH), workload.prompt());
  }

  /** Closes the models. */
  @TearDown
  public void tearDown() {
    runs.close();
  }

  /** A trial. */
  @Benchmark
  public List<Trial> trial(Work work) throws InterruptedException {
    return runs.run(1, work);
  }
}
