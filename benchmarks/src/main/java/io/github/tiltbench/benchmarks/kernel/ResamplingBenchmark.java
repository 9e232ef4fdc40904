package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.random.Uniforms;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Ancestors by given weights; {@link PrefixSumBenchmark} is what they can at best cost. */
@State(Scope.Thread)
public class ResamplingBenchmark {
  /** Population size. */
  @Param({"16", "1000", "100000"})
  public int particles;

  /** How ancestors are drawn. */
  @Param public ResamplingScheme scheme;

  private double[] weights;
  private Uniforms uniforms;

  /** Draws the weights. */
  @Setup
  public void setUp() {
    weights = new Weights(Uneven.logWeights(particles)).normalised();
    uniforms = new Seed(1).noise(Purpose.RESAMPLE, 0).uniforms(0);
  }

  /** As many ancestors as there are weights. */
  @Benchmark
  public int[] ancestors() {
    return scheme.ancestors(weights, particles, uniforms);
  }
}
