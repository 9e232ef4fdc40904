package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.particle.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a level does to weights. */
@State(Scope.Thread)
public class WeightsBenchmark {
  /** Population size. */
  @Param({"16", "1000", "100000"})
  public int particles;

  private double[] increments;
  private Weights weights;

  /** Draws the weights. */
  @Setup
  public void setUp() {
    increments = Uneven.logWeights(particles);
    weights = Weights.equal(particles);
  }

  /** Log-increments added, and the effective sample size that decides on a resampling. */
  @Benchmark
  public double updateAndEss() {
    return weights.plus(increments).ess();
  }

  /** The weights a resampling draws by. */
  @Benchmark
  public double[] normalise() {
    return new Weights(increments).normalised();
  }

  /** The baseline: one exponential a particle, added up. */
  @Benchmark
  public double exponentials() {
    double sum = 0;
    for (double increment : increments) {
      sum += Math.exp(increment);
    }
    return sum;
  }
}
