package io.github.tiltbench.benchmarks.trial;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What trials did, beside how many there were: each becomes a rate of its own. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {
  /** Steps of a chain, whatever the number of its particles. */
  public long steps;

  /** Samples returned. */
  public long samples;

  /** Particles denoised. */
  public long nfe;

  /** Java heap allocated by all threads of the trials. */
  public long bytes;
}
