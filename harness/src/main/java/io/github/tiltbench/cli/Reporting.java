package io.github.tiltbench.cli;

import io.github.tiltbench.result.Results;
import java.io.PrintStream;
import java.nio.file.Path;

/** Writes what is derived from a result folder and says where it is. */
final class Reporting {
  private Reporting() {}

  static void write(Path folder, PrintStream out) {
    Results results = Results.read(folder);
    out.println(results.trials().size() + " trials in " + folder);
  }
}
