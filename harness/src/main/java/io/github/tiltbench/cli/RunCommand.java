package io.github.tiltbench.cli;

import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.run.Runner;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltbench run}. */
@Command(
    name = "run",
    description = {
      "Run what a study still lacks, then print its table and write its report.",
      "Each finished trial is on disk at once: stop with Ctrl-C, run the same command to go on."
    })
final class RunCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "STUDY", description = "The study, a YAML file.")
  Path study;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go; by default results/NAME of the study.")
  Path out;

  @Option(
      names = "--shard",
      paramLabel = "i/n",
      defaultValue = "0/1",
      description = "Run only part i of n, counted from 0; all parts may share a folder.")
  String shard;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Cohorts side by side; by default one a core, one a GPU.")
  Integer workers;

  @Option(
      names = "--cohort",
      paramLabel = "N",
      defaultValue = "8",
      description = "Trials in lockstep, their network calls merged; by default ${DEFAULT-VALUE}.")
  int cohort;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Shard part = Shard.parse(shard);
    Catalogues catalogues = Catalogues.load();
    Plan plan = Plan.of(Study.read(study, catalogues), catalogues);
    Devices device = Devices.of(plan);
    Runner runner = new Runner(workers == null ? device.workers() : workers, cohort, part);
    Path folder = out == null ? Path.of("results", plan.study().name()) : out;
    String command =
        "tiltbench " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    Provenance provenance =
        Provenance.here(command, device.name(), device.threads(), cohort, device.libraries());
    int failed;
    try (Store store = Store.open(folder, plan, Files.readAllBytes(study), part, provenance)) {
      Progress progress = new Progress(System.err, Boolean.getBoolean("tiltbench.terminal"));
      Thread stop = new Thread(() -> stop(store));
      Runtime.getRuntime().addShutdownHook(stop);
      try {
        failed = runner.run(plan, store, progress);
      } finally {
        progress.close();
        Runtime.getRuntime().removeShutdownHook(stop);
      }
    }
    Reporting.write(folder, System.out);
    return failed == 0 ? Main.DONE : Main.FAILED;
  }

  /** Lets the write in progress end, then ends the process; what is stored is whole. */
  private void stop(Store store) {
    synchronized (store) {
      System.err.println();
      System.err.println(
          "stopped; every finished trial is stored. To go on, run the same command.");
      System.err.flush();
      Runtime.getRuntime().halt(130);
    }
  }
}
