package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.particle.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The baseline of resampling: every scheme has to add the weights up once. */
@State(Scope.Thread)
public class PrefixSumBenchmark {
  /** Number of weights. */
  @Param({"16", "1000", "100000"})
  public int particles;

  private double[] weights;

  /** Draws the weights. */
  @Setup
  public void setUp() {
    weights = new Weights(Uneven.logWeights(particles)).normalised();
  }

  /** The distribution function at every particle, in an array of its own. */
  @Benchmark
  public double[] sums() {
    double[] sums = new double[weights.length];
    double sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += weights[i];
      sums[i] = sum;
    }
    return sums;
  }
}
