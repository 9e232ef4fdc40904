package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A chain's levels and steps from its noise schedule, which a study does once a cell. */
@State(Scope.Thread)
public class ScheduleBenchmark {
  private static final StateSpace.Euclidean SPACE = new StateSpace.Euclidean(new int[] {1, 28, 28});

  /** Steps of the chain. */
  @Param({"50", "1000"})
  public int steps;

  /** The chain of a DDIM. */
  @Benchmark
  public GaussianProcess chain() {
    return new Ddim(steps, 1, SchedulerConfig.DEFAULT).over(SPACE);
  }
}
