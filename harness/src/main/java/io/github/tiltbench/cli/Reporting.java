package io.github.tiltbench.cli;

import io.github.tiltbench.report.Report;
import io.github.tiltbench.report.page.Written;
import java.io.PrintStream;
import java.nio.file.Path;

/** Writes what is derived from a result folder, prints its tables and says where the page is. */
final class Reporting {
  private Reporting() {}

  /** The exit code: {@link Main#FAILED} where a fault of the program left a number out. */
  static int write(Path folder, PrintStream out) {
    return print(Report.write(folder), out);
  }

  static int print(Written written, PrintStream out) {
    out.println();
    out.println(written.terminal().stripTrailing());
    out.println();
    out.println("report: " + written.page());
    written.faults().forEach(f -> System.err.println("tiltbench: internal fault in " + f));
    return written.faults().isEmpty() ? Main.DONE : Main.FAILED;
  }
}
