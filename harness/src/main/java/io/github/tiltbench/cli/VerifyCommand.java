package io.github.tiltbench.cli;

import io.github.tiltbench.result.PlanDifferences;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.run.Cohorts;
import io.github.tiltbench.run.Verification;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench verify}. */
@Command(
    name = "verify",
    description = {
      "Check every stored line and the key of every cell, hold the plan against the study, rerun one"
          + " cohort of each cell and compare.",
      "Exit code 1 if a file is damaged, the plan is another or a trial comes out otherwise."
    })
final class VerifyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A result folder.")
  Path folder;

  @Option(
      names = "--cohort",
      paramLabel = "N",
      description = "As in the run; by default as the provenance has it.")
  String cohort;

  @Mixin DeviceOption device;

  @Override
  public Integer call() throws InterruptedException {
    Catalogues catalogues = Catalogues.load();
    Results results = Results.read(folder);
    Plan plan = Plan.of(Study.read(folder.resolve("study.yaml"), catalogues), catalogues);
    Devices.of(plan, device);
    results.damages().forEach(damage -> System.out.println("damaged: " + damage));
    List<String> changed = PlanDifferences.of(results.plan(), PlanFile.of(plan));
    changed.forEach(line -> System.out.println("plan.json: " + line));
    Verification outcome = Verification.of(plan, results, cohorts());
    outcome.differing().forEach(line -> System.out.println("differs: " + line));
    System.out.printf(
        Locale.ROOT,
        "%,d stored trials read; of the rerun ones %,d agree in every digit, %,d within %.0e, %,d"
            + " differ%n",
        results.trials().size(),
        outcome.same(),
        outcome.close(),
        Verification.TOLERANCE,
        outcome.differing().size());
    boolean sound =
        results.damages().isEmpty() && changed.isEmpty() && outcome.differing().isEmpty();
    return sound ? Main.DONE : Main.FAILED;
  }

  private Cohorts cohorts() {
    return Optional.ofNullable(cohort)
        .or(() -> Provenance.cohort(folder))
        .map(Cohorts::parse)
        .orElse(Cohorts.DEFAULT);
  }
}
