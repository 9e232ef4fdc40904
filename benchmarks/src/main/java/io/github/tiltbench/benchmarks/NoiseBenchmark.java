package io.github.tiltbench.benchmarks;

import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time per normal, addressed against a stream of the runtime. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(NoiseBenchmark.NORMALS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NoiseBenchmark {
  /** One 28 x 28 image. */
  static final int NORMALS = 784;

  private final Noise noise = new Seed(1).noise(Purpose.STEP, 1);
  private final RandomGenerator stream = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private final double[] out = new double[NORMALS];
  private int row;

  /** Normals addressed by row and element. */
  @Benchmark
  public double[] addressed() {
    noise.normals(row++ & 1023, out, 0, NORMALS);
    return out;
  }

  /** Normals of a stream: the baseline. */
  @Benchmark
  public double[] stream() {
    for (int i = 0; i < NORMALS; i++) {
      out[i] = stream.nextGaussian();
    }
    return out;
  }
}
