package io.github.tiltbench.cli;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.report.Status;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.SummaryRow;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench status}. */
@Command(
    name = "status",
    description = {
      "Show how far a study has come, while it runs or after: trials finished, running and failed,"
          + " NFE a second, the time left, the table so far.",
      "All processes that write to the folder are counted, on whichever machine. Nothing is written.",
      "Exit code 1 if a trial has failed or was lost by damage."
    })
final class StatusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A result folder.")
  Path folder;

  @Option(names = "--json", description = "As a JSON object.")
  boolean json;

  @Override
  public Integer call() {
    Status status = Status.of(folder);
    Faults faults = new Faults();
    List<SummaryRow> rows = status.rows(faults);
    if (json) {
      System.out.println(Json.canonical(status.listed(rows)));
    } else {
      say(status.sentence());
      status.told().forEach(StatusCommand::say);
      status.results().damages().forEach(damage -> say("damaged: " + damage));
      System.out.println();
      show(status.table());
      status.rewards(rows).forEach(StatusCommand::show);
    }
    faults.found().forEach(f -> System.err.println("tiltbench: internal fault in " + f));
    boolean sound = status.failed() == 0 && !status.results().lost() && faults.found().isEmpty();
    return sound ? Main.DONE : Main.FAILED;
  }

  private static void say(String line) {
    Terminal.wrap(line, Terminal.columns()).forEach(System.out::println);
  }

  private static void show(Table table) {
    System.out.println(Terminal.render(table, Terminal.columns()));
  }
}
