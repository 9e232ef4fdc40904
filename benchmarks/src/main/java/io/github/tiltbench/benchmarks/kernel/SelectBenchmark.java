package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Moving a population to its ancestors. */
@State(Scope.Thread)
public class SelectBenchmark {
  private static final Column<Batch> STATE = new Column<>("state");

  /** Particles and numbers in a state. */
  @Param({"16x2", "1000x2", "100000x2", "64x784", "1000x784", "16x16384", "64x16384"})
  public String shape;

  private Batch.Reals states;
  private Population population;
  private int[] ancestors;

  /** Draws states, and ancestors as a resampling gives them. */
  @Setup
  public void setUp() {
    Shape size = Shape.of(shape);
    states = size.normals(1);
    population = Population.of(size.particles()).with(STATE, states);
    ancestors =
        ResamplingScheme.SYSTEMATIC.ancestors(
            new Weights(Uneven.logWeights(size.particles())).normalised(),
            size.particles(),
            new Seed(1).noise(Purpose.RESAMPLE, 0).uniforms(0));
  }

  /** A population of one column and its weights, by ancestors. */
  @Benchmark
  public Population select() {
    return population.select(ancestors);
  }

  /** The baseline: the same bytes copied as they lie, into a new array. */
  @Benchmark
  public double[] copy() {
    return states.data().clone();
  }
}
