package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.particle.AdaptiveTemperature;
import io.github.tiltbench.particle.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The next temperature of a population whose values spread so that 1 is too much for it. */
@State(Scope.Thread)
public class TemperingBenchmark {
  private static final double SPREAD = 3;

  /** Population size. */
  @Param({"16", "1000", "100000"})
  public int particles;

  private Weights weights;
  private double[] old;
  private double[] full;

  /** Draws the values. */
  @Setup
  public void setUp() {
    weights = Weights.equal(particles);
    old = new double[particles];
    full = Uneven.logWeights(particles);
    for (int i = 0; i < particles; i++) {
      full[i] *= SPREAD;
    }
  }

  /** The largest temperature that leaves half of the particles effective. */
  @Benchmark
  public double temperature() {
    return AdaptiveTemperature.of(weights, old, full, 0, 0.5 * particles);
  }
}
