package io.github.tiltbench.cli;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.IoReasons;
import io.github.tiltbench.engine.EngineUnavailable;
import io.github.tiltbench.engine.OutOfDeviceMemory;
import io.github.tiltbench.engine.program.ProgramFailure;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.result.NoResultsException;
import io.github.tiltbench.result.Release;
import io.github.tiltbench.result.StoreException;
import io.github.tiltbench.study.ExtensionLoader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The program. */
@Command(
    name = "tiltbench",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Compares inference-time alignment methods for diffusion and flow models at equal budgets.",
      ""
    },
    footer = {
      "",
      "A first table:      tiltbench run benchmarks/studies/quickstart.yaml",
      "What would it do?   tiltbench plan benchmarks/studies/quickstart.yaml",
      "What can I name?    tiltbench list",
      "",
      "Exit codes: 0 done, 1 some trials failed or could not be stored, 2 bad definition or usage,",
      "130 stopped by a signal."
    },
    subcommands = {
      RunCommand.class,
      PlanCommand.class,
      StatusCommand.class,
      SlurmCommand.class,
      ClusterCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      ListCommand.class,
      NewCommand.class,
      InspectCommand.class,
      ImportCommand.class,
      DoctorCommand.class,
      TrainCommand.class,
      BenchCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int STOPPED = 130;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  boolean debug;

  @Option(
      names = "--with",
      scope = ScopeType.INHERIT,
      paramLabel = "JAR",
      description = {
        "Jars, or folders of classes, that bring more names; between several stands ':' (';' on"
            + " Windows). By default what TILTBENCH_EXTENSIONS says."
      })
  List<String> extensions = new ArrayList<>();

  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    Ending.install();
    Ending.exit(run(arguments));
  }

  /** Runs a command; the exit code. */
  public static int run(String... arguments) {
    Main main = new Main();
    CommandLine command =
        new CommandLine(main)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(Terminal.columns() - 2)
            .registerConverter(Path.class, Main::path)
            .setExecutionExceptionHandler((e, failed, parsed) -> main.explain(e, failed))
            .setParameterExceptionHandler((e, all) -> Usage.explain(e))
            .setExecutionStrategy(main::execute);
    try {
      return command.execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    } catch (Error e) {
      return main.explain(e, command);
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(unnameable(e));
    }
  }

  /** Why a name is none that a file can have under the language settings of this process. */
  private static String unnameable(InvalidPathException e) {
    return e.getReason().contains("unmappable")
        ? "'"
            + e.getInput()
            + "' has letters that no file name can have under these language settings; set"
            + " LC_ALL=C.UTF-8"
        : e.getMessage();
  }

  /** Runs the command with the names of its extensions in view. */
  private int execute(ParseResult parsed) {
    List<Path> places = places();
    if (places.isEmpty()) {
      return new RunLast().execute(parsed);
    }
    ExtensionLoader.View view;
    try {
      view = ExtensionLoader.open(places);
    } catch (IllegalArgumentException e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
    }
    try {
      return new RunLast().execute(parsed);
    } finally {
      view.close();
    }
  }

  /** Where the names come from that are not built in. */
  List<Path> places() {
    String usual = System.getenv().getOrDefault("TILTBENCH_EXTENSIONS", "");
    List<String> given = extensions.isEmpty() ? List.of(usual) : extensions;
    return given.stream()
        .flatMap(list -> Arrays.stream(list.split(File.pathSeparator)))
        .filter(place -> !place.isBlank())
        .map(Path::of)
        .toList();
  }

  private int explain(Throwable e, CommandLine command) {
    Ending.quietIfStopping();
    if (debug) {
      e.printStackTrace(command.getErr());
    }
    command.getErr().println("tiltbench: " + line(e));
    boolean usage =
        e instanceof NoResultsException
            || e instanceof ConfigException
            || e instanceof ProgramFailure
            || e instanceof IllegalArgumentException
            || e instanceof IOException
            || e instanceof UncheckedIOException;
    return usage ? USAGE : FAILED;
  }

  /** One line that says what is wrong; the class too where the message alone would not. */
  private static String line(Throwable thrown) {
    Throwable e = thrown instanceof UncheckedIOException unchecked ? unchecked.getCause() : thrown;
    if (e instanceof FileSystemException refused && refused.getFile() != null) {
      String why = IoReasons.explain(refused);
      return why.contains(refused.getFile()) ? why : refused.getFile() + ": " + why;
    }
    if (e instanceof InvalidPathException name) {
      return unnameable(name);
    }
    if (e instanceof OutOfMemoryError) {
      return "out of memory (" + e.getMessage() + "); TILTBENCH_HEAP=4g gives Java more";
    }
    boolean ours =
        e instanceof ConfigException
            || e instanceof StoreException
            || e instanceof EngineUnavailable
            || e instanceof ProgramFailure
            || e instanceof OutOfDeviceMemory
            || e instanceof IllegalArgumentException;
    String message = e.getMessage() == null ? "" : e.getMessage().strip();
    String text =
        ours || (e instanceof IOException && message.contains(" "))
            ? message
            : e.getClass().getSimpleName() + ": " + message;
    return text.lines().map(String::strip).collect(Collectors.joining("; "));
  }

  /** Version and, where it is known, commit. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tiltbench " + Release.here()};
    }
  }
}
