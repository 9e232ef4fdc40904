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
 * One whole trial of each algorithm that runs on any real numbers, at its defaults, with a budget
 * of 64 chains; those that fill their budget have 64 rows a call. A trial is timed as a study runs
 * it: session, meter, cohort of one, final score.
 */
@State(Scope.Thread)
public class AlgorithmBenchmark {
  /** As a study writes it. */
  @Param({
    "pretrained",
    "best-of-n",
    "random-search",
    "zero-order",
    "search-over-paths",
    "first-order",
    "evosearch",
    "svdd",
    "code",
    "beam",
    "dsearch",
    "epsilon-greedy",
    "tree",
    "rbf",
    "rerd",
    "dfs: {rollouts: 4}",
    "refine",
    "dps",
    "classifier-guidance",
    "local-search",
    "smc",
    "fk",
    "bfs",
    "tds",
    "das",
    "urge",
    "psi",
    "tri-tsmc",
    "particle-gibbs",
    "crepe"
  })
  public String method;

  /** What it is run on. */
  @Param({"ANALYTIC", "FASHION"})
  public Workload problem;

  /** Steps of the chain. */
  @Param("10")
  public int steps;

  /** Chains that the budget pays for. */
  @Param("64")
  public int chains;

  private Runs runs;

  /** Plans the cell; models are opened by the first trial. */
  @Setup
  public void setUp() {
    String written = Workload.entry(method);
    runs = new Runs(problem.cell(written, steps, 1, (long) chains * steps), problem.prompt());
  }

  /** Closes the models. */
  @TearDown
  public void tearDown() {
    runs.close();
  }

  /** A trial; what it costs a step is its time over its steps. */
  @Benchmark
  public List<Trial> trial(Work work) throws InterruptedException {
    return runs.run(1, work);
  }
}
