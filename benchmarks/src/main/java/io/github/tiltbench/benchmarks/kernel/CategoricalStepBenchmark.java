package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.CategoricalStep;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The law of a step of tokens; a state's numbers are its log-probabilities. */
@State(Scope.Thread)
public class CategoricalStepBenchmark {
  /** Particles and log-probabilities a state: positions times symbols. */
  @Param({"16x2", "100000x2", "64x784", "1000x784", "16x16384"})
  public String shape;

  private CategoricalStep law;
  private Batch next;
  private Noise noise;

  /** Draws probabilities and next states; as many positions as symbols, or one of two. */
  @Setup
  public void setUp() {
    Shape size = Shape.of(shape);
    int symbols = size.width() == 2 ? 2 : (int) Math.sqrt(size.width());
    int[] item = {size.width() / symbols, symbols};
    double[] log = size.normals(1).data();
    for (int from = 0; from < log.length; from += symbols) {
      double sum = 0;
      for (int i = from; i < from + symbols; i++) {
        sum += Math.exp(log[i]);
      }
      for (int i = from; i < from + symbols; i++) {
        log[i] -= Math.log(sum);
      }
    }
    law = new CategoricalStep(new Batch.Reals(log, item));
    noise = new Seed(1).noise(Purpose.STEP, 1);
    next = law.sample(noise);
  }

  /** One draw a particle. */
  @Benchmark
  public Batch sample() {
    return law.sample(noise);
  }

  /** The log-probability of one state a particle. */
  @Benchmark
  public double[] logDensity() {
    return law.logDensity(next);
  }
}
