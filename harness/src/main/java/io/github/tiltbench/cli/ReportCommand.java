package io.github.tiltbench.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tiltbench report}. */
@Command(
    name = "report",
    description = "Make tables, figures and report.html of a result folder anew.")
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A result folder.")
  Path folder;

  @Override
  public Integer call() {
    Reporting.write(folder, System.out);
    return Main.DONE;
  }
}
