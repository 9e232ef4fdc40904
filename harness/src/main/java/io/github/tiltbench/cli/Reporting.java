package io.github.tiltbench.cli;

import io.github.tiltbench.report.Report;
import io.github.tiltbench.report.page.Written;
import java.io.PrintStream;
import java.nio.file.Path;

/** Writes what is derived from a result folder, prints its tables and says where the page is. */
final class Reporting {
  private Reporting() {}

  static void write(Path folder, PrintStream out) {
    print(Report.write(folder), out);
  }

  static void print(Written written, PrintStream out) {
    out.println();
    out.println(written.terminal().stripTrailing());
    out.println();
    out.println("report: " + written.page());
  }
}
