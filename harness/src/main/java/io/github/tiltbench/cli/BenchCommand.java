package io.github.tiltbench.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code tiltbench bench}, by name only: the benchmarks are a module above this one, which the
 * launcher builds and starts instead of this program.
 */
@Command(
    name = "bench",
    description = "Measure how fast everything is; in a checkout, by its ./tiltbench bench.")
final class BenchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Unmatched List<String> arguments;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "bench is started by the script tiltbench at the top of a checkout");
  }
}
