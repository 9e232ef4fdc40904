package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Normals of one particle, addressed against a stream of the runtime. */
@State(Scope.Thread)
public class NoiseBenchmark {
  /** Rows after which the address starts again. */
  private static final int ROWS = 1024;

  /** Numbers in a state. */
  @Param({"2", "784", "16384"})
  public int width;

  private final Noise noise = new Seed(1).noise(Purpose.STEP, 1);
  private final RandomGenerator stream = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private double[] out;
  private int row;

  /** Makes room. */
  @Setup
  public void setUp() {
    out = new double[width];
  }

  /** Normals addressed by row and element. */
  @Benchmark
  public double[] addressed() {
    noise.normals(row++ & (ROWS - 1), out, 0, width);
    return out;
  }

  /** The baseline: normals of a stream that cannot be addressed. */
  @Benchmark
  public double[] stream() {
    for (int i = 0; i < width; i++) {
      out[i] = stream.nextGaussian();
    }
    return out;
  }
}
