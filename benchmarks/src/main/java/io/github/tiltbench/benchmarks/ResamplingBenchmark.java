package io.github.tiltbench.benchmarks;

import io.github.tiltbench.particle.Resampling;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.random.Uniforms;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a resampling costs: ancestors, and the weights that they are drawn by. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResamplingBenchmark {
  /** Population size. */
  @Param({"16", "1000", "100000"})
  public int particles;

  /** How ancestors are drawn. */
  @Param public Resampling scheme;

  private Weights weights;
  private double[] normalised;
  private Uniforms uniforms;

  /** Uneven weights: log-weights are standard normal. */
  @Setup
  public void setUp() {
    double[] log = new double[particles];
    new Seed(1).noise(Purpose.PRIOR, 0).normals(0, log, 0, particles);
    weights = new Weights(log);
    normalised = weights.normalised();
    Noise noise = new Seed(1).noise(Purpose.RESAMPLE, 0);
    uniforms = noise.uniforms(0);
  }

  /** Ancestors by given weights. */
  @Benchmark
  public int[] ancestors() {
    return scheme.ancestors(normalised, particles, uniforms);
  }

  /** The effective sample size that decides whether to draw them. */
  @Benchmark
  public double effectiveSampleSize() {
    return weights.ess();
  }
}
