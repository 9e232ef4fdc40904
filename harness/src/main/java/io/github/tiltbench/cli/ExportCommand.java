package io.github.tiltbench.cli;

import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.SampleExport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench export}. */
@Command(
    name = "export",
    description = "Write every sample of a result folder as a row of CSV, in a fixed order.")
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A result folder.")
  Path folder;

  @Option(
      names = "--samples",
      paramLabel = "F.csv",
      required = true,
      description = "The file to write; x is a JSON array.")
  Path samples;

  @Override
  public Integer call() {
    long rows = SampleExport.write(Results.read(folder), samples);
    System.out.printf(Locale.ROOT, "%,d samples in %s%n", rows, samples);
    return Main.DONE;
  }
}
