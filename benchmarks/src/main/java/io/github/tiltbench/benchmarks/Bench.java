package io.github.tiltbench.benchmarks;

import com.google.gson.GsonBuilder;
import io.github.tiltbench.benchmarks.device.UNetForwards;
import io.github.tiltbench.benchmarks.device.UNetSize;
import io.github.tiltbench.cli.Benchmarks;
import io.github.tiltbench.cli.Main;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.report.page.Terminal;
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
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/** What {@code tiltbench bench} does. */
public final class Bench implements Benchmarks {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final double MINUTE = 60;
  private static final int WIDTH = 100;

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "bench";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Main.main(command);
  }

  @Override
  public int run(Request request) throws IOException, RunnerException {
    if (request.bounds().isPresent()) {
      System.out.print(BenchReport.bounds(Bounds.of(JmhFile.read(request.bounds().get()))));
      return DONE;
    }
    if (request.unet().isPresent()) {
      System.out.println(Terminal.render(UNetForwards.table(size(request.unet().get())), WIDTH));
      return DONE;
    }
    List<Measurement> before =
        request.earlier().isPresent() ? JmhFile.read(request.earlier().get()) : List.of();
    Settings settings = request.quick() ? Settings.QUICK : Settings.FULL;
    Choice choice = Choice.all().matching(request.filter());
    announce(choice, settings, request.list());
    if (request.list()) {
      return DONE;
    }
    String command = "tiltbench bench" + arguments(request);
    Circumstances circumstances =
        new Circumstances(
            command,
            settings,
            choice.equals(choice.in(Group.KERNEL)) ? Map.of() : Torch.versions());
    Path json = request.out().orElseGet(() -> Path.of("results", "jmh", now() + ".json"));
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

  private static UNetSize size(String name) {
    for (UNetSize size : UNetSize.values()) {
      if (size.name().equalsIgnoreCase(name)) {
        return size;
      }
    }
    throw new IllegalArgumentException("--unet is sd15 or tiny, not '" + name + "'");
  }

  private static void announce(Choice choice, Settings settings, boolean list) {
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

  private static String arguments(Request request) {
    return (request.quick() ? " --quick" : "")
        + request.earlier().map(file -> " --compare " + file).orElse("")
        + (request.filter().isEmpty() ? "" : " '" + request.filter() + "'");
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
