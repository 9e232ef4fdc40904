package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.verifier.Verifier;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A guided call (prediction, the classifier's score of it, the gradient of that in the states) and
 * a forward of the same states, one after the other: their ratio is what guidance costs.
 */
@State(Scope.Thread)
public class GuidedBenchmark {
  /** Particles. */
  @Param({"4", "20"})
  public int batch;

  private Denoiser denoiser;
  private Verifier verifier;
  private FashionStates states;

  /** CPU time of the two. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Halves {
    /** Of the guided call. */
    public long guidedNanos;

    /** Of the forward. */
    public long forwardNanos;
  }

  /** Loads the networks and draws states. */
  @Setup
  public void setUp() {
    Cell cell = FashionStates.cell();
    denoiser = cell.model().spec().open();
    verifier = cell.verifier().spec().open(cell.model().spec().space());
    states = FashionStates.of(batch);
  }

  /** Closes the networks. */
  @TearDown
  public void tearDown() {
    denoiser.close();
    verifier.close();
  }

  /** Both. */
  @Benchmark
  public void guidedAndForward(Halves halves) {
    halves.guidedNanos += CallCpu.nanos(() -> states.guided(denoiser, verifier));
    halves.forwardNanos += CallCpu.nanos(() -> states.forward(denoiser));
  }
}
