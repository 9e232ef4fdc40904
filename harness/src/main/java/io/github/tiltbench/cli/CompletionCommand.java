package io.github.tiltbench.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tiltbench completion}. */
@Command(
    name = "completion",
    description = "Print a script that lets Bash and Zsh complete commands and options.",
    footer = {"", "In this shell:   source <(tiltbench completion)"})
final class CompletionCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash("tiltbench", spec.root().commandLine()));
    return Main.DONE;
  }
}
