package io.github.tiltbench.benchmarks.trial;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Java heap that a step of a trial allocates beside its calls to engine and verifier. A trial of
 * more steps less one of fewer is steady state: what begins and ends a trial cancels.
 */
@State(Scope.Thread)
public class AllocationBenchmark {
  private static final int PIXELS = 28 * 28;

  /** As a study writes it. */
  @Param({
    "{best-of-n: {n: CHAINS}}",
    "{smc: {particles: CHAINS}}",
    "{svdd: {width: CHAINS}}",
    "{das: {particles: CHAINS}}"
  })
  public String algorithm;

  /** Rows of a call: {@code CHAINS}. */
  @Param("64")
  public int chains;

  /** Steps of the shorter chain; the longer has twice as many. */
  @Param("4")
  public int steps;

  private Replay shorter;
  private Replay longer;

  /** Bytes of the further steps. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Bytes {
    /** Allocated beside the calls to engine and verifier. */
    public long ours;

    /** Of the batches of states themselves, one a step. */
    public long batches;
  }

  /** Records the calls. */
  @Setup
  public void setUp() throws InterruptedException {
    shorter = new Replay(algorithm, chains, steps);
    longer = new Replay(algorithm, chains, 2 * steps);
  }

  /** Closes the models. */
  @TearDown
  public void tearDown() {
    shorter.close();
    longer.close();
  }

  /** Both trials and both sets of bare calls. */
  @Benchmark
  public void steps(Bytes bytes) throws InterruptedException {
    bytes.ours += beside(longer) - beside(shorter);
    bytes.batches += (long) steps * chains * PIXELS * Double.BYTES;
  }

  private static long beside(Replay replay) throws InterruptedException {
    Work work = new Work();
    replay.trial(work);
    long before = Allocation.here();
    replay.bare();
    return work.bytes - (Allocation.here() - before);
  }
}
