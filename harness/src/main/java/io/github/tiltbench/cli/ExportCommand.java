package io.github.tiltbench.cli;

import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Sheet;
import io.github.tiltbench.result.Sheets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench export}. */
@Command(
    name = "export",
    description = {
      "Write the trials of a result folder as long tables for other programs, in a fixed order.",
      "A name that ends in .csv gives CSV; .parquet needs TILTBENCH_PARQUET=1 (see the README).",
      "Exit code 1 if damage has cost a trial; the others are written all the same.",
      ""
    })
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A result folder.")
  Path folder;

  @ArgGroup(exclusive = false, multiplicity = "0..1")
  Files files;

  /** At least one file to write. */
  static final class Files {
    @Option(
        names = "--samples",
        paramLabel = "F",
        description = "One row a sample: its weight, reward and x, a JSON array.")
    Path samples;

    @Option(
        names = "--scores",
        paramLabel = "F",
        description = "One row a score of a sample, by the target and by every judge.")
    Path scores;

    @Option(
        names = "--trials",
        paramLabel = "F",
        description = "One row a number of a trial: costs, diagnostics, traces along the levels.")
    Path trials;
  }

  @Override
  public Integer call() {
    if (files == null) {
      throw new IllegalArgumentException(
          "export needs a file to write: --samples F.csv, --scores F.csv or --trials F.csv");
    }
    Results results = Results.read(folder);
    results.damages().forEach(damage -> System.err.println("tiltbench: damaged: " + damage));
    write(Sheets.samples(results), files.samples, "samples");
    write(Sheets.scores(results), files.scores, "scores");
    write(Sheets.trials(results), files.trials, "numbers of trials");
    return results.lost() ? Main.FAILED : Main.DONE;
  }

  private static void write(Sheet sheet, Path file, String what) {
    if (file != null) {
      System.out.printf(Locale.ROOT, "%,d %s in %s%n", Sheets.write(sheet, file), what, file);
    }
  }
}
