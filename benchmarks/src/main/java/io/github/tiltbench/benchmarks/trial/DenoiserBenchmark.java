package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.benchmarks.trial.Bare.Call;
import io.github.tiltbench.benchmarks.trial.Bare.Kind;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.model.NetworkModel;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.verifier.Verifier;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The image model, one row a particle. */
@State(Scope.Thread)
public class DenoiserBenchmark {
  /** Particles. */
  @Param({"1", "4", "16", "64"})
  public int batch;

  /** Threads inside an operation of the engine. */
  @Param({"1", "2"})
  public int threads;

  private Denoiser denoiser;
  private Verifier verifier;
  private Bare bare;
  private List<Call> call;
  private FashionStates states;

  /** Loads the networks and draws states. */
  @Setup
  public void setUp() {
    Torch.threads(threads);
    Cell cell = FashionStates.cell();
    denoiser = cell.model().spec().open();
    verifier = cell.verifier().spec().open(cell.model().spec().space());
    bare =
        new Bare(
            ((NetworkModel) cell.model().spec()).path().folder(),
            cell.verifier().spec().open(cell.model().spec().space()),
            Workload.FASHION.prompt());
    call = List.of(new Call(Kind.FORWARD, batch));
    bare.prepare(call);
    states = FashionStates.of(batch);
  }

  /** Closes the networks. */
  @TearDown
  public void tearDown() {
    denoiser.close();
    verifier.close();
    bare.close();
  }

  /** The engine alone: plain arrays in and out. */
  @Benchmark
  public void bare() {
    bare.run(call);
  }

  /** A prediction. */
  @Benchmark
  public Prediction forward() {
    return states.forward(denoiser);
  }

  /** A prediction, the classifier's score of it, and the gradient of that in the states. */
  @Benchmark
  public Batch guidedGradient() {
    return states.guided(denoiser, verifier);
  }
}
