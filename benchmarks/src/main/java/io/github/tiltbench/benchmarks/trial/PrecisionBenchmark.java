package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.model.NetworkModel;
import java.util.Optional;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The image model's forward in bfloat16 and in single precision, one after the other. */
@State(Scope.Thread)
public class PrecisionBenchmark {
  /** Particles. */
  @Param({"4", "64"})
  public int batch;

  private Denoiser single;
  private Denoiser lower;
  private FashionStates states;

  /** CPU time of the two. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Halves {
    /** In bfloat16. */
    public long bfloat16Nanos;

    /** In single precision. */
    public long float32Nanos;
  }

  /** Loads the network twice and draws states. */
  @Setup
  public void setUp() {
    NetworkModel model = (NetworkModel) FashionStates.cell().model().spec();
    single = model.open();
    lower =
        new NetworkModel(
                model.path(), model.process(), model.guidance(), Optional.of(Precision.BFLOAT16))
            .open();
    states = FashionStates.of(batch);
  }

  /** Closes the networks. */
  @TearDown
  public void tearDown() {
    single.close();
    lower.close();
  }

  /** Both. */
  @Benchmark
  public void lowerAndSingle(Halves halves) {
    halves.bfloat16Nanos += CallCpu.nanos(() -> states.forward(lower));
    halves.float32Nanos += CallCpu.nanos(() -> states.forward(single));
  }
}
