package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.report.Report;
import io.github.tiltbench.report.page.Written;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.run.Cohorts;
import io.github.tiltbench.run.Observer;
import io.github.tiltbench.run.Runner;
import io.github.tiltbench.study.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Everything derived from a folder of two cells of analytic trials: tables, figures, page. */
@State(Scope.Thread)
public class ReportBenchmark {
  private static final int STEPS = 10;

  /** Trials of each cell. */
  @Param("300")
  public int trials;

  private Path folder;

  /** Runs the study. */
  @Setup
  public void setUp() throws IOException, InterruptedException {
    byte[] study =
        Workload.ANALYTIC.study(
            "{best-of-n: {n: 8}}, {smc: {particles: 8}}", STEPS, 1, 1 << 20, trials);
    Plan plan = Workload.plan(study);
    folder = Files.createTempDirectory("tiltbench-report");
    Cohorts cohorts = new Cohorts.Given(8);
    Provenance provenance = Provenance.here("benchmark", "cpu", 1, cohorts.text(), Map.of());
    try (Store store = Store.open(folder, plan, study, Shard.ALL, provenance)) {
      new Runner(1, cohorts, Shard.ALL).run(plan, store, new Observer() {});
    }
  }

  /** The report, made anew. */
  @Benchmark
  public Written report() {
    return Report.write(folder);
  }

  /** Deletes it all. */
  @TearDown
  public void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
