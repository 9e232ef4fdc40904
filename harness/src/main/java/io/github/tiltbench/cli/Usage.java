package io.github.tiltbench.cli;

import io.github.tiltbench.config.Nearest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one line with the nearest right thing. */
final class Usage {
  /** As the library says it of {@code help WORD}. */
  private static final Pattern NO_HELP = Pattern.compile("Unknown subcommand '(.*)'\\.");

  private Usage() {}

  /** Prints it; the exit code. */
  static int explain(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String what =
        e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()
            ? unknown(unmatched.getUnmatched().get(0), command)
            : plain(e.getMessage(), command);
    command
        .getErr()
        .println(
            "tiltbench: " + what + "; see " + command.getCommandSpec().qualifiedName() + " --help");
    return Main.USAGE;
  }

  private static String unknown(String word, CommandLine command) {
    boolean option = word.startsWith("-");
    List<String> known =
        option
            ? command.getCommandSpec().options().stream()
                .flatMap(o -> Stream.of(o.names()))
                .filter(name -> name.startsWith("--"))
                .toList()
            : List.copyOf(command.getSubcommands().keySet());
    String name = command.getCommandSpec().qualifiedName();
    if (known.isEmpty()) {
      return name + " has no use for '" + word + "'";
    }
    String what = option ? name + " has no option '" : "there is no command '";
    return what + word + "'" + Nearest.hint(word.split("=", 2)[0], known);
  }

  private static String plain(String message, CommandLine command) {
    Matcher help = NO_HELP.matcher(message);
    return help.matches()
        ? unknown(help.group(1), command)
        : message.lines().findFirst().orElse("wrong usage");
  }
}
