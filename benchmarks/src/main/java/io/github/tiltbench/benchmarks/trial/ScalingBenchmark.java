package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.result.Trial;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Sequential Monte Carlo on the analytic model, by the size of its population. */
@State(Scope.Thread)
public class ScalingBenchmark {
  private static final int STEPS = 4;

  /** Population size. */
  @Param({"1000", "10000", "100000", "1000000"})
  public int particles;

  private Runs runs;

  /** Plans the cell. */
  @Setup
  public void setUp() {
    Workload analytic = Workload.ANALYTIC;
    String smc = "{smc: {particles: %d, returns: all}}".formatted(particles);
    runs = new Runs(analytic.cell(smc, STEPS, 1, (long) particles * STEPS), analytic.prompt());
  }

  /** Closes the model. */
  @TearDown
  public void tearDown() {
    runs.close();
  }

  /** A trial of one population. */
  @Benchmark
  public List<Trial> trial(Work work) throws InterruptedException {
    return runs.run(1, work);
  }
}
