package io.github.tiltbench.benchmarks;

import com.google.gson.GsonBuilder;
import io.github.tiltbench.engine.Torch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench bench}. */
@Command(
    name = "tiltbench bench",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 98,
    description = {
      "Measure how fast kernels, denoisers, trials and studies are, and hold that against bounds.",
      "",
      "Writes three files: JMH's JSON, its circumstances (.provenance.json), and the tables (.md).",
      "Numbers mean something only on an idle machine; the load is recorded.",
      ""
    },
    footer = {
      "",
      "A first impression:        tiltbench bench --quick",
      "One kernel in all sizes:   tiltbench bench Resampling",
      "After a change:            tiltbench bench --compare results/jmh/before.json",
      "The bounds of a file:      tiltbench bench --bounds results/jmh/before.json",
      "",
      "Exit codes: 0 done, 1 a benchmark failed, 2 wrong usage."
    })
public final class Bench implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final double MINUTE = 60;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILTER",
      defaultValue = "",
      description = "Only benchmarks whose Class.method holds a match of this regular expression.")
  String filter;

  @Option(names = "--quick", description = "Fewer sizes and one short fork each: a few minutes.")
  boolean quick;

  @Option(names = "--list", description = "Print names and an estimate of the time; run nothing.")
  boolean list;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The JSON to write; by default results/jmh/DATE-TIME.json.")
  Path out;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "JSON of an earlier run: print how many times as fast each benchmark is now.")
  Path earlier;

  @Option(
      names = "--bounds",
      paramLabel = "FILE",
      description = "Run nothing: compute the table of bounds from this JSON.")
  Path bounds;

  private Bench() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command; the exit code. */
  static int run(String... arguments) {
    return new CommandLine(new Bench())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              command.getErr().println("tiltbench: " + explain(e));
              return e instanceof RunnerException ? FAILED : USAGE;
            })
        .execute(arguments);
  }

  private static String explain(Exception e) {
    boolean ours = e instanceof IllegalArgumentException || e instanceof RunnerException;
    return ours ? e.getMessage() : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  @Override
  public Integer call() throws IOException, RunnerException {
    if (bounds != null) {
      System.out.print(BenchReport.bounds(Bounds.of(JmhFile.read(bounds))));
      return DONE;
    }
    List<Measurement> before = earlier == null ? List.of() : JmhFile.read(earlier);
    Settings settings = quick ? Settings.QUICK : Settings.FULL;
    Choice choice = Choice.all().matching(filter);
    announce(choice, settings);
    if (list) {
      return DONE;
    }
    String command = "tiltbench bench" + arguments();
    Circumstances circumstances =
        new Circumstances(
            command,
            settings,
            choice.equals(choice.in(Group.KERNEL)) ? Map.of() : Torch.versions());
    Path json = out == null ? Path.of("results", "jmh", now() + ".json") : out;
    if (json.toAbsolutePath().getParent() != null) {
      Files.createDirectories(json.toAbsolutePath().getParent());
    }
    int failed = measure(choice, settings, json, System.err);
    Files.writeString(
        beside(json, ".provenance.json"),
        new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(circumstances.ended())
            + "\n");
    String text = text(JmhFile.read(json), before, circumstances);
    Files.writeString(beside(json, ".md"), text);
    System.out.print(text);
    System.err.println(json + " written");
    return failed == 0 ? DONE : FAILED;
  }

  private void announce(Choice choice, Settings settings) {
    if (list) {
      choice.names().forEach(System.out::println);
    }
    int total = 0;
    double seconds = 0;
    for (Group group : Group.values()) {
      int size = choice.in(group).size(settings.parameters(group));
      total += size;
      seconds += size * settings.seconds(group);
    }
    System.err.printf(
        Locale.ROOT,
        "%d benchmarks, about %.0f minutes on an idle machine of 2 cores%n",
        total,
        Math.max(1, Math.ceil(seconds / MINUTE)));
  }

  private String arguments() {
    StringBuilder text = new StringBuilder();
    if (quick) {
      text.append(" --quick");
    }
    if (earlier != null) {
      text.append(" --compare ").append(earlier);
    }
    if (!filter.isEmpty()) {
      text.append(" '").append(filter).append('\'');
    }
    return text.toString();
  }

  /**
   * Runs benchmarks, group by group, and writes JMH's JSON of those that did not fail.
   *
   * @return how many failed; what they said is printed
   * @throws RunnerException if JMH cannot run at all
   */
  static int measure(Choice choice, Settings settings, Path json, PrintStream err)
      throws IOException, RunnerException {
    Path here = Path.of("").toAbsolutePath();
    // Relative: forks start here too, and JMH's file tells every option to its readers.
    String home =
        here.relativize(here.resolve(System.getProperty("tiltbench.home", ""))).toString();
    List<RunResult> results = new ArrayList<>();
    int failed = 0;
    for (Group group : Group.values()) {
      Choice part = choice.in(group);
      if (!part.names().isEmpty()) {
        BenchProgress progress = new BenchProgress(err, part.size(settings.parameters(group)));
        results.addAll(new Runner(settings.options(group, part.names(), home), progress).run());
        failed += progress.failed();
      }
    }
    try (PrintStream file =
        new PrintStream(Files.newOutputStream(json), false, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, file).writeOut(results);
    }
    return failed;
  }

  private static String text(
      List<Measurement> now, List<Measurement> before, Circumstances circumstances) {
    StringBuilder text = new StringBuilder();
    text.append(circumstances.brief()).append("\n\n");
    text.append("Intervals are Student's over iterations, 95 %; JMH's own errors are 99.9 %.\n\n");
    text.append(BenchReport.scores(now));
    List<Bound> bounds = Bounds.of(now);
    if (!bounds.isEmpty()) {
      text.append("\nBounds; open: the interval holds the limit.\n\n");
      text.append(BenchReport.bounds(bounds));
    }
    if (!before.isEmpty()) {
      text.append("\nAgainst the earlier run; one in twenty differs by chance.\n\n");
      text.append(BenchReport.comparisons(RunComparison.of(now, before)));
    }
    return text.toString();
  }

  private static String now() {
    return LocalDateTime.now(ZoneOffset.UTC)
        .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
  }

  private static Path beside(Path json, String ending) {
    return json.resolveSibling(json.getFileName().toString().replaceFirst("\\.json$", "") + ending);
  }
}
