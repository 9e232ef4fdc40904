package io.github.tiltbench.cli;

import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.config.Yaml;
import io.github.tiltbench.report.LiveReport;
import io.github.tiltbench.report.Report;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.run.Cluster;
import io.github.tiltbench.run.Cohorts;
import io.github.tiltbench.run.Errand;
import io.github.tiltbench.run.Observer;
import io.github.tiltbench.run.Probe;
import io.github.tiltbench.run.Pulse;
import io.github.tiltbench.run.Runner;
import io.github.tiltbench.run.Selection;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.ExtensionLoader;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tiltbench run}. */
@Command(
    name = "run",
    description = {
      "Run what a study still lacks, then print its table and write its report.",
      "Finished trials are on disk, cohort by cohort: stop with Ctrl-C, run the same command to go on."
    })
final class RunCommand implements Callable<Integer> {
  private static final String AUTO = "auto";
  private static final String STOPPED =
      "stopped; every finished trial is stored. To go on, run the same command.";

  @Spec CommandSpec spec;
  @ParentCommand Main main;

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
      description = {
        "Trials in lockstep, their network calls merged: 8, or 64rows for as many as bring a call"
            + " to 64 network rows, or 16rows,64guided for 64 where trials take gradients through"
            + " the model and 16 elsewhere.",
        "By default as the folder was begun, in a new one 8. In a new one auto measures at how many"
            + " rows the networks are fastest here and fit the memory."
      })
  String cohort;

  @Option(
      names = "--on",
      paramLabel = "PLACE",
      description = {
        "Let a cluster compute the cohorts, one a task: spark://HOST:PORT, or local-cluster[N] for N"
            + " processes of this machine; see cluster. Results come here."
      })
  String on;

  @Option(
      names = "--only",
      paramLabel = "ALGORITHM",
      split = ",",
      description = "Run only this one, by its name or its label in tables.")
  List<String> only = List.of();

  @Option(
      names = "--budget",
      paramLabel = "N",
      split = ",",
      description = "Run only this budget, and algorithms that have no use for a larger one.")
  List<Long> budgets = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Run the first N trials of each cell, or some more to fill a cohort.")
  Integer limit;

  @Option(
      names = "--fresh",
      paramLabel = "ALGORITHM",
      split = ",",
      description = "Run its cells anew; what is stored of them moves to DIR/aside.")
  List<String> fresh = List.of();

  @Option(
      names = "--serve",
      paramLabel = "[HOST:]PORT",
      description = {
        "Show the report to a browser while the study runs; without a host to this machine alone.",
        "By default nothing listens."
      })
  String serve;

  @Mixin DeviceOption device;

  @Option(names = "--no-report", description = "Run only; report makes the tables later.")
  boolean noReport;

  @Override
  public Integer call() throws InterruptedException {
    Shard part = Shard.parse(shard);
    InetSocketAddress place = serve == null ? null : LiveReport.place(serve);
    Catalogues catalogues = Catalogues.load();
    byte[] text = Yaml.bytes(study);
    Plan plan =
        Plan.of(Study.read(study.toString(), text, PathResolver.of(study), catalogues), catalogues);
    plan.requireAll();
    Devices devices = Devices.of(plan, device);
    Path folder = out == null ? Path.of("results", plan.study().name()) : out;
    int side = workers == null ? devices.workers() : workers;
    Cohorts cohorts = cohorts(folder, plan, part, side);
    Selection selection = new Selection(only, budgets, limit == null ? Integer.MAX_VALUE : limit);
    selection.check(plan);
    fresh.forEach(name -> Selection.checkAlgorithm(plan, name));
    String command =
        "tiltbench " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    Map<String, String> libraries = new TreeMap<>(devices.libraries());
    libraries.putAll(ExtensionLoader.digests());
    plan.programs()
        .forEach(p -> libraries.put("program " + String.join(" ", p.command()), p.identity()));
    Provenance provenance =
        Provenance.here(
            command,
            devices.provenance() + (on == null ? "" : "; cohorts on " + on),
            devices.threads(),
            cohorts.text(),
            libraries);
    int failed;
    try (Cluster cluster = on == null ? null : Cluster.join(on, plan.study().name());
        Store store = Store.open(folder, plan, text, part, provenance)) {
      plan.cells().stream()
          .filter(cell -> fresh.stream().anyMatch(name -> Selection.named(cell, name)))
          .forEach(store::setAside);
      if (store.others() > 0) {
        System.err.println(
            folder
                + " was run with another plan before: "
                + Columns.count((int) store.others(), "cell")
                + " of that one stay there, but not in the tables");
      }
      if (!plan.skips().isEmpty()) {
        System.err.println(
            Columns.count(plan.skips().size(), "combination")
                + " left out; plan and the report say which and why");
      }
      Progress progress = new Progress(System.err, Boolean.getBoolean("tiltbench.terminal"));
      Ending.onSignal(new Ending.Stop(store::freeze, STOPPED));
      Runner runner =
          new Runner(side, devices.dealt(), cohorts, part, selection, elsewhere(cluster, text));
      try (Pulse pulse = new Pulse(store);
          LiveReport live = place == null ? null : LiveReport.open(folder, place)) {
        if (live != null) {
          tell(live);
        }
        failed = runner.run(plan, store, Observer.all(progress, pulse));
      } finally {
        progress.close();
      }
    }
    int reported = Main.DONE;
    if (!noReport) {
      System.err.println("writing the report");
      boolean features = plan.study().features().isPresent(); // networks outside the folder
      reported =
          Reporting.print(features ? Report.write(folder) : Report.current(folder), System.out);
    }
    return failed == 0 ? reported : Main.FAILED;
  }

  private Optional<Runner.Elsewhere> elsewhere(Cluster cluster, byte[] text) {
    List<String> extensions =
        main.places().stream().map(p -> p.toAbsolutePath().normalize().toString()).toList();
    String file = study.toAbsolutePath().normalize().toString();
    return Optional.ofNullable(cluster)
        .map(c -> new Runner.Elsewhere(c, new Errand.Home(text, file, extensions)));
  }

  private static void tell(LiveReport live) {
    boolean here = live.place().getAddress().isLoopbackAddress();
    String others = here ? "" : "; whoever reaches this machine can read it";
    System.err.println("report while it runs: " + live.url() + others);
  }

  /** A folder keeps the cohorts it was begun with, since networks round by the company of a row. */
  private Cohorts cohorts(Path folder, Plan plan, Shard part, int side) {
    Optional<Cohorts> begun = Provenance.cohort(folder).map(Cohorts::parse);
    if (AUTO.equals(cohort)) {
      return begun.orElseGet(() -> measured(plan, part, side));
    }
    Optional<Cohorts> given = Optional.ofNullable(cohort).map(Cohorts::parse);
    if (begun.isPresent() && given.isPresent() && !begun.equals(given)) {
      throw new IllegalArgumentException(
          folder
              + " was begun with --cohort "
              + begun.get().text().replace(" ", "")
              + "; leave the option out, or take another folder");
    }
    return given.or(() -> begun).orElse(Cohorts.DEFAULT);
  }

  private static Cohorts measured(Plan plan, Shard part, int side) {
    if (!part.equals(Shard.ALL)) {
      throw new IllegalArgumentException(
          "parts of a run cannot each measure their cohorts; give all of them one --cohort");
    }
    return Probe.cohorts(plan, side);
  }
}
