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

/** Normals of a batch, addressed against a stream of the runtime. */
@State(Scope.Thread)
public class NoiseBenchmark {
  /** Particles x numbers in a state. */
  @Param({"1000x2", "64x784", "16x16384"})
  public String shape;

  private final Noise noise = new Seed(1).noise(Purpose.STEP, 1);
  private final RandomGenerator stream = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private int particles;
  private int first;
  private double[] out;

  /** Makes room. */
  @Setup
  public void setUp() {
    Shape size = Shape.of(shape);
    particles = size.particles();
    out = new double[particles * size.width()];
  }

  /** Normals addressed by row and element. */
  @Benchmark
  public double[] addressed() {
    first++;
    noise.from(first).normals(particles, out);
    return out;
  }

  /** The baseline: normals of a stream that cannot be addressed. */
  @Benchmark
  public double[] stream() {
    for (int i = 0; i < out.length; i++) {
      out[i] = stream.nextGaussian();
    }
    return out;
  }
}
