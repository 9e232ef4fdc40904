package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The law of a Gaussian step. */
@State(Scope.Thread)
public class GaussianStepBenchmark {
  /** Particles and numbers in a state. */
  @Param({"16x2", "100000x2", "64x784", "1000x784", "16x16384"})
  public String shape;

  private GaussianStep law;
  private Batch.Reals next;
  private Noise noise;

  /** Draws means and next states. */
  @Setup
  public void setUp() {
    law = new GaussianStep(Shape.of(shape).normals(1), 0.5);
    next = Shape.of(shape).normals(2);
    noise = new Seed(1).noise(Purpose.STEP, 1);
  }

  /** One draw a particle. */
  @Benchmark
  public Batch sample() {
    return law.sample(noise);
  }

  /** The log-density of one state a particle. */
  @Benchmark
  public double[] logDensity() {
    return law.logDensity(next);
  }
}
