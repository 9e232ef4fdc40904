package io.github.tiltbench.benchmarks.trial;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole trial on the image model against its calls to engine and verifier alone, one after the
 * other in one process: the two share the machine's mood, and their ratio is what the harness adds.
 */
@State(Scope.Thread)
public class OverheadBenchmark {
  /** As a study writes it. */
  @Param({
    "{best-of-n: {n: CHAINS}}",
    "{smc: {particles: CHAINS}}",
    "{fk: {particles: CHAINS}}",
    "{svdd: {width: CHAINS}}",
    "{das: {particles: CHAINS}}",
    "{random-search: {n: CHAINS}}",
    "{zero-order: {neighbours: CHAINS, iterations: 1}}",
    "{search-over-paths: {paths: 1, children: CHAINS, evaluations: 2}}",
    "{rbf: {chains: CHAINS}}"
  })
  public String algorithm;

  /** Rows of a call: {@code CHAINS}. */
  @Param({"4", "8", "64"})
  public int chains;

  /** Steps of the chain. */
  @Param("8")
  public int steps;

  private Replay replay;
  private boolean bareFirst;

  /** Time of the two halves. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Halves {
    /** Of the trial. */
    public long trialNanos;

    /** Of the bare calls. */
    public long bareNanos;
  }

  /** Records the calls. */
  @Setup
  public void setUp() throws InterruptedException {
    replay = new Replay(algorithm, chains, steps);
  }

  /** Closes the models. */
  @TearDown
  public void tearDown() {
    replay.close();
  }

  /** Both, in turns which of them first. */
  @Benchmark
  public void trialAndBare(Halves halves, Work work) throws InterruptedException {
    bareFirst = !bareFirst;
    if (bareFirst) {
      bare(halves);
    }
    long start = System.nanoTime();
    replay.trial(work);
    halves.trialNanos += System.nanoTime() - start;
    if (!bareFirst) {
      bare(halves);
    }
  }

  private void bare(Halves halves) {
    long start = System.nanoTime();
    replay.bare();
    halves.bareNanos += System.nanoTime() - start;
  }
}
