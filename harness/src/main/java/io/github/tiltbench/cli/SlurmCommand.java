package io.github.tiltbench.cli;

import io.github.tiltbench.run.Cohorts;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tiltbench slurm}. */
@Command(
    name = "slurm",
    description = {
      "Write the scripts that run a study on a cluster with Slurm: an array of its parts, which all"
          + " write to one folder, and a report that waits for them.",
      "A part that fails is put back into the queue, three times at most; one that meets its time"
          + " limit as often as it takes. Nothing is submitted.",
      ""
    },
    footer = {
      "",
      "In 64 parts, 16 at once, each on one GPU for 12 hours at most:",
      "  tiltbench slurm study.yaml --array 64 --at-once 16 --gpus 1 --time 12:00:00",
      "With options of run behind --:",
      "  tiltbench slurm study.yaml --array 8 -- --only svdd --cohort 64rows"
    })
final class SlurmCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @ParentCommand Main main;

  @Parameters(index = "0", paramLabel = "STUDY", description = "The study, a YAML file.")
  Path study;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "OPTION",
      description = "Options of run for every part, behind --.")
  List<String> options = List.of();

  @Option(
      names = "--array",
      paramLabel = "N",
      required = true,
      description = "How many parts, each a job of its own.")
  int parts;

  @Option(names = "--at-once", paramLabel = "N", description = "Parts side by side at most.")
  Integer atOnce;

  @Option(
      names = "--gpus",
      paramLabel = "[TYPE:]N",
      defaultValue = "",
      description = "GPUs of each part; a part that gets none fails.")
  String gpus;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "1",
      description = "CPUs of each part, 1.")
  int cpus;

  @Option(
      names = "--mem",
      paramLabel = "SIZE",
      defaultValue = "6G",
      description = "Memory of each part, 6G.")
  String mem;

  @Option(
      names = "--time",
      paramLabel = "LIMIT",
      defaultValue = "",
      description =
          "Time limit of each part, as Slurm writes it; it ends in order 3 minutes before.")
  String time;

  @Option(
      names = "--sbatch",
      paramLabel = "OPTION",
      description = "One more option of sbatch for all jobs, such as --sbatch=--account=mine.")
  List<String> directives = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go; by default results/NAME of the study.")
  Path out;

  @Option(
      names = "--scripts",
      paramLabel = "DIR",
      description = "Where the scripts go; by default slurm/NAME of the study.")
  Path scripts;

  @Override
  public Integer call() throws IOException {
    List<String> all = new ArrayList<>();
    if (gpus.isEmpty()) {
      all.addAll(List.of("--workers", Integer.toString(cpus)));
    } else {
      all.addAll(List.of("--device", "gpu"));
    }
    all.addAll(options);
    try {
      check(all);
    } catch (ParameterException e) {
      return Usage.explain(e);
    }
    Catalogues catalogues = Catalogues.load();
    Plan plan = Plan.of(Study.read(study, catalogues), catalogues);
    String name = plan.study().name();
    SlurmScripts jobs =
        new SlurmScripts(
            name,
            program(),
            study,
            out == null ? Path.of("results", name) : out,
            main.places(),
            parts,
            atOnce == null ? 0 : atOnce,
            gpus,
            cpus,
            mem,
            time,
            directives,
            all);
    Path folder = scripts == null ? Path.of("slurm", name) : scripts;
    jobs.write(folder);
    int cohorts =
        plan.cells().stream()
            .mapToInt(cell -> cohorts(plan.trials(cell).size(), Cohorts.DEFAULT.of(cell)))
            .sum();
    if (parts > cohorts) {
      System.err.println(
          "tiltbench: the study has "
              + Columns.count(cohorts, "cohort")
              + ", so some of "
              + parts
              + " parts have nothing to do");
    }
    System.out.println("to submit it:          bash " + folder.resolve("submit.sh"));
    System.out.println("to see how far it is:  tiltbench status " + jobs.out());
    return Main.DONE;
  }

  private static int cohorts(int trials, int size) {
    return (trials + size - 1) / size;
  }

  /** Refuses now what {@code run} would refuse in every part, such as an option given twice. */
  private void check(List<String> all) {
    if (all.stream().anyMatch(option -> option.startsWith("--serve"))) {
      throw new IllegalArgumentException("--serve is for one process; tiltbench status shows many");
    }
    CommandLine run = spec.root().commandLine().getSubcommands().get("run");
    List<String> own = List.of("STUDY", "--out", "DIR", "--shard", "0/1", "--no-report");
    run.parseArgs(Stream.of(own, all).flatMap(List::stream).toArray(String[]::new));
  }

  /** The launcher of this very checkout; the one on PATH where there is none. */
  private static String program() {
    String home = System.getProperty("tiltbench.home", "");
    return home.isEmpty() ? "tiltbench" : Path.of(home, "tiltbench").toString();
  }
}
