package io.github.tiltbench.cli;

import io.github.tiltbench.report.folder.SideBySide;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench report}. */
@Command(
    name = "report",
    description = {
      "Make tables, figures and report.html of a result folder anew.",
      "",
      "Of several folders, make one page that compares them with the first: whether the cells they"
          + " share gave the same trials, else how far their rewards differ. The folders stay as"
          + " they are.",
      ""
    },
    footer = {
      "",
      "A study before and after a change:   tiltbench report results/before results/after",
      "With another place for the page:     tiltbench report a b c --out pages/abc.html"
    })
final class ReportCommand implements Callable<Integer> {
  private static final Path COMPARISON = Path.of("comparison");

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Result folders.")
  List<Path> folders;

  @Option(
      names = "--out",
      paramLabel = "FILE|DIR",
      description =
          "Where the page of several folders goes, with its tables as CSV, Markdown and LaTeX; by"
              + " default comparison/. A name that ends in .html is the page itself.")
  Path out;

  @Override
  public Integer call() {
    if (folders.size() > 1) {
      return Reporting.print(SideBySide.write(folders, out == null ? COMPARISON : out), System.out);
    }
    if (out != null) {
      throw new IllegalArgumentException(
          "--out is for several folders; the report of one goes into "
              + folders.get(0).resolve("report.html"));
    }
    return Reporting.write(folders.get(0), System.out);
  }
}
