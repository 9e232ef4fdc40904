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
  private double[] sums;

  /** Draws the weights. */
  @Setup
  public void setUp() {
    weights = new Weights(Uneven.logWeights(particles)).normalised();
    sums = new double[particles];
  }

  /** The distribution function at every particle, into an array that is there. */
  @Benchmark
  public double[] sums() {
    double sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += weights[i];
      sums[i] = sum;
    }
    return sums;
  }
}
