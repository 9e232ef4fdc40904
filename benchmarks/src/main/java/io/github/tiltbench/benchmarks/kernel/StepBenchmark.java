package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepLaw;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The arithmetic of a DDIM step, from a prediction to the law of the next state. */
@State(Scope.Thread)
public class StepBenchmark {
  private static final int STEPS = 50;

  /** Particles and numbers in a state. */
  @Param({"16x2", "100000x2", "64x784", "16x16384"})
  public String shape;

  private GaussianProcess process;
  private Batch.Reals states;
  private Prediction prediction;

  /** Draws states and predictions. */
  @Setup
  public void setUp() {
    Shape size = Shape.of(shape);
    process =
        new Ddim(STEPS, 1, SchedulerConfig.DEFAULT)
            .over(new StateSpace.Euclidean(new int[] {size.width()}));
    states = size.normals(1);
    prediction = new Prediction.Mean(size.normals(2));
  }

  /** The law at a level in the middle. */
  @Benchmark
  public StepLaw law() {
    return process.law(states, STEPS / 2, prediction);
  }
}
