package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.run.Cohorts;
import io.github.tiltbench.run.Observer;
import io.github.tiltbench.run.Runner;
import io.github.tiltbench.study.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole study on the image model, from an empty folder to stored trials, by cohorts side by side.
 * What is stored must be the same whatever their number.
 */
@State(Scope.Thread)
public class StudyBenchmark {
  private static final Cohorts COHORT = new Cohorts.Given(4);

  /** Cohorts side by side. */
  @Param({"1", "2"})
  public int workers;

  /** Steps of the chain. */
  @Param("10")
  public int steps;

  /** Trials of each of the two cells. */
  @Param("16")
  public int trials;

  private byte[] study;
  private Plan plan;
  private Path folder;
  private List<String> expected;
  private Results results;

  /** Plans the study and runs it once by one worker. */
  @Setup
  public void setUp() throws IOException, InterruptedException {
    study =
        Workload.FASHION.study(
            "{best-of-n: {n: 8}}, {smc: {particles: 8}}", steps, 1, 1 << 20, trials);
    plan = Workload.plan(study);
    makeFolder();
    expected = contents(run(1));
    deleteFolder();
  }

  /** An empty folder for the next run. */
  @Setup(Level.Invocation)
  public void makeFolder() throws IOException {
    folder = Files.createTempDirectory("tiltbench-study");
  }

  /** Compares what a run stored, then deletes it. */
  @TearDown(Level.Invocation)
  public void check() throws IOException {
    if (!contents(results).equals(expected)) {
      throw new IllegalStateException(workers + " workers stored other numbers than one");
    }
    deleteFolder();
  }

  private void deleteFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The study. */
  @Benchmark
  public Results study(Work work) throws InterruptedException {
    results = run(workers);
    for (Trial trial : results.trials().values()) {
      work.steps += steps;
      work.samples += trial.samples().size();
      work.nfe += trial.cost().nfe();
    }
    return results;
  }

  private Results run(int workers) throws InterruptedException {
    Provenance provenance = Provenance.here("benchmark", "cpu", 1, COHORT.text(), Map.of());
    try (Store store = Store.open(folder, plan, study, Shard.ALL, provenance)) {
      int failed = new Runner(workers, COHORT, Shard.ALL).run(plan, store, new Observer() {});
      if (failed > 0) {
        throw new IllegalStateException(failed + " trials failed");
      }
      return Results.read(folder);
    }
  }

  /** All that trials hold but their time, in the order of their names. */
  private static List<String> contents(Results results) {
    Map<String, String> contents = new TreeMap<>();
    results
        .trials()
        .forEach(
            (id, trial) ->
                contents.put(
                    id.toString(),
                    Arrays.toString(((Batch.Reals) results.samples(trial)).data())
                        + Arrays.toString(trial.rewards())
                        + Arrays.toString(trial.logWeights())
                        + trial.scalars()
                        + trial.cost()));
    return List.copyOf(contents.values());
  }
}
