package io.github.tiltbench.cli;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.inspect.Memory;
import io.github.tiltbench.model.DiffusersModel;
import io.github.tiltbench.report.PilotPower;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.run.Probe;
import io.github.tiltbench.run.TimeEstimate;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.FitKey;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Skip;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.Warning;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench plan}. */
@Command(
    name = "plan",
    description = "Show what a study would run: cells, skips, NFE and an estimate of the time.")
final class PlanCommand implements Callable<Integer> {
  @Parameters(paramLabel = "STUDY", description = "The study, a YAML file.")
  Path study;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "A folder that was begun: say what of it is kept, added and no longer counted. By default"
            + " results/NAME of the study, if that is there."
      })
  Path out;

  @Option(
      names = "--no-probe",
      description = "Estimate no time; load no network, start no program.")
  boolean noProbe;

  @Mixin DeviceOption device;

  @Option(
      names = "--power",
      paramLabel = "PILOT",
      description =
          "Say how many repetitions each cell or contrast needs, by the results in this folder.")
  Path power;

  @Option(names = "--json", description = "As a JSON object, without an estimate of the time.")
  boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Catalogues catalogues = Catalogues.load();
    Plan plan = Plan.of(Study.read(study, catalogues), catalogues);
    if (json) {
      System.out.println(Json.canonical(listed(plan)));
      return Main.DONE;
    }
    PrintStream out = System.out;
    if (power != null) {
      Table needed = new PilotPower(PlanFile.of(plan), Results.read(power)).table();
      out.println(Terminal.render(needed, Terminal.columns()));
      return Main.DONE;
    }
    int trials = plan.study().prompts().size() * plan.study().repetitions();
    String caption =
        String.format(
            "%s: %s of %s (%s x %s), %s a trial",
            plan.study().name(),
            Columns.count(plan.cells().size(), "cell"),
            most(plan) + Columns.count(trials, "trial"),
            Columns.count(plan.study().prompts().size(), "prompt"),
            most(plan) + Columns.count(plan.study().repetitions(), "repetition"),
            Columns.count(plan.study().count(), "sample"));
    out.println(Terminal.render(table(caption, plan), Terminal.columns()));
    Stream.of(
            rule(plan),
            stored(plan),
            Schedules.of(plan),
            programs(plan),
            plan.lacks().stream().map(lack -> "missing: " + lack).toList(),
            memory(plan),
            learnings(plan),
            skips(plan),
            unguarded(plan),
            warnings(plan))
        .flatMap(List::stream)
        .forEach(line -> Terminal.wrap(line, Terminal.columns()).forEach(out::println));
    String work =
        String.format(
            Locale.ROOT,
            "%nin all %s%s%,d NFE%s",
            least(plan),
            most(plan),
            plan.nfe(),
            besides(plan));
    if (noProbe) {
      out.println(work);
      return Main.DONE;
    }
    plan.requireAll();
    Probe.hearPrograms(plan);
    Devices devices = Devices.of(plan, device);
    TimeEstimate estimate = TimeEstimate.of(plan, devices.workers());
    out.printf(
        Locale.ROOT,
        "%s, %sabout %s on %s with %s (%s)%n",
        work,
        most(plan),
        Numbers.time(estimate.seconds()),
        devices.names(),
        Columns.count(devices.workers(), "worker"),
        estimate.bare().isEmpty() ? "by trials timed here" : "by trials and forwards timed here");
    if (!estimate.bare().isEmpty()) {
      String kinds = "bare forwards, rewards not counted: " + String.join("; ", estimate.bare());
      Terminal.wrap(kinds, Terminal.columns()).forEach(out::println);
    }
    return Main.DONE;
  }

  private List<String> stored(Plan plan) {
    Path folder = out == null ? Path.of("results", plan.study().name()) : out;
    if (out != null && !Stock.at(folder)) {
      throw new IllegalArgumentException(folder + " holds no run of a study yet");
    }
    return Stock.at(folder) ? Stock.of(folder, plan).lines(folder) : List.of();
  }

  /** What stands before a number that a rule may leave unreached. */
  private static String most(Plan plan) {
    return plan.study().until().isPresent() ? "at most " : "";
  }

  /** The NFE up to the first look, where a rule stops cells. */
  private static String least(Plan plan) {
    return plan.study()
        .until()
        .map(
            rule -> {
              long learning = plan.learnings().stream().mapToLong(plan::nfe).sum();
              long each = (plan.nfe() - learning) / rule.atMost();
              return String.format(
                  Locale.ROOT, "at least %,d and ", learning + each * rule.atLeast());
            })
        .orElse("");
  }

  /** A line on the rule that stops cells, if there is one. */
  private static List<String> rule(Plan plan) {
    return plan.study()
        .until()
        .map(
            rule ->
                List.of(
                    String.format(
                        Locale.ROOT,
                        "rule: from %d to at most %d repetitions of a cell, %s; looks after %s",
                        rule.atLeast(),
                        rule.atMost(),
                        rule.text(),
                        rule.looks().stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(", ")))))
        .orElse(List.of());
  }

  /** What all trials take besides, where they take any. */
  private static String besides(Plan plan) {
    StringBuilder besides = new StringBuilder();
    for (Unit unit : List.of(Unit.BACKWARD, Unit.DECODE)) {
      long all = plan.cells().stream().mapToLong(cell -> plan.amount(cell, unit)).sum();
      if (all > 0) {
        besides.append(String.format(Locale.ROOT, ", %,d %s", all, unit.name()));
      }
    }
    return besides.toString();
  }

  private static Table table(String caption, Plan plan) {
    return new Table(
        caption,
        List.of(
            new Table.Column("cell", false, 0),
            new Table.Column("key", false, 0),
            new Table.Column("NFE/trial", true, 0),
            new Table.Column("used", true, 0),
            new Table.Column("REWARD/trial", true, 0)),
        plan.cells().stream()
            .map(
                cell ->
                    Stream.of(
                        cell.toString(),
                        cell.key().brief(),
                        ofTrials(cell, Unit.NFE),
                        used(cell),
                        ofTrials(cell, Unit.REWARD)))
            .map(texts -> new Table.Row(texts.map(Table.Cell::of).toList(), false))
            .toList(),
        List.of());
  }

  /** What a trial takes; from the least to the most where that is another for every prompt. */
  private static String ofTrials(Cell cell, Unit unit) {
    LongSummaryStatistics all = costs(cell).mapToLong(c -> c.of(unit)).summaryStatistics();
    return all.getMin() == all.getMax()
        ? String.format(Locale.ROOT, "%,d", all.getMax())
        : String.format(Locale.ROOT, "%,d to %,d", all.getMin(), all.getMax());
  }

  private static Stream<Cost> costs(Cell cell) {
    return cell.tasks().isEmpty()
        ? Stream.of(cell.cost())
        : cell.tasks().values().stream().map(Cell.Task::cost);
  }

  private static Map<String, Object> listed(Plan plan) {
    Map<String, Object> listed = new LinkedHashMap<>();
    listed.put("study", plan.study().name());
    listed.put("prompts", plan.study().prompts());
    listed.put("repetitions", plan.study().repetitions());
    plan.study().until().ifPresent(rule -> listed.put("until", rule));
    listed.put("count", plan.study().count());
    listed.put("unit", plan.study().budgets().unit() + "/" + plan.study().budgets().per());
    listed.put("nfe", plan.nfe());
    listed.put("cells", plan.cells().stream().map(PlanCommand::listed).toList());
    listed.put("skips", plan.skips());
    return listed;
  }

  /** A cell, with what one of its trials costs, of the dearest prompt. */
  private static Map<String, Object> listed(Cell cell) {
    Map<String, Object> listed = new LinkedHashMap<>();
    listed.put("key", cell.key().hex());
    listed.put("model", cell.model().label());
    listed.put("verifier", cell.verifier().label());
    listed.put("algorithm", cell.method().part().label());
    listed.put("beta", cell.method().beta());
    listed.put("budget", cell.at());
    for (Unit unit : Unit.values()) {
      listed.put(unit.toString(), cell.cost().of(unit));
    }
    return listed;
  }

  /** A line for each program of the user's own. */
  private static List<String> programs(Plan plan) {
    return plan.programs().stream()
        .map(p -> "program: " + p + ", version " + p.version() + ", one process a worker")
        .toList();
  }

  /** A line for each published pipeline: what a worker with its denoiser is predicted to hold. */
  private static List<String> memory(Plan plan) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (Cell cell : plan.cells()) {
      if (cell.model().spec() instanceof DiffusersModel model) {
        Memory memory =
            Memory.of(
                model.path().unet(),
                model.path().weights().orElseThrow().unet(),
                model.size()[0],
                model.size()[1]);
        int rows = model.rowsOfForward();
        lines.put(
            cell.model().label(),
            String.format(
                Locale.ROOT,
                "memory: %s: about %.2f GiB in calls of %d rows, of which %.2f are pages of its"
                    + " file, and %.3f more for each row of a gradient; a prediction for a CPU",
                cell.model().label(),
                gib(memory.forward(rows)),
                rows,
                gib(memory.mapped()),
                gib(memory.graphRow())));
      }
    }
    return List.copyOf(lines.values());
  }

  private static double gib(long bytes) {
    return bytes / (double) (1L << 30);
  }

  /** A line for everything that is learned once a prompt, apart from the trials. */
  private static List<String> learnings(Plan plan) {
    List<String> lines = new ArrayList<>();
    for (FitKey learning : plan.learnings()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "learned: %s x %s x %s: %,d NFE and %,d REWARD a prompt, %,d NFE in all",
              learning.model(),
              learning.verifier(),
              learning.algorithm(),
              learning.cost().nfe(),
              learning.cost().reward(),
              plan.nfe(learning)));
    }
    return lines;
  }

  /** A line for each model, verifier and reason, naming the algorithms it keeps out. */
  private static List<String> skips(Plan plan) {
    Map<String, List<String>> kept = new LinkedHashMap<>();
    for (Skip skip : plan.skips()) {
      String why = skip.model() + " x " + skip.verifier() + ": " + skip.reason();
      kept.computeIfAbsent(why, key -> new ArrayList<>()).add(skip.algorithm() + at(skip.at()));
    }
    return lines("skipped: ", kept);
  }

  /**
   * A line for each model and verifier that nothing held out judges, or a judge of its own family.
   */
  private static List<String> unguarded(Plan plan) {
    List<String> lines = new ArrayList<>();
    for (Plan.Unguarded pair : plan.unguarded()) {
      String kin =
          pair.kin().isEmpty()
              ? ""
              : ", for " + String.join(", ", pair.kin()) + " is of the reward's own family";
      lines.add(
          "unguarded: " + pair.model() + " x " + pair.verifier() + ": no held-out judge" + kin);
    }
    for (Plan.Kin pair : plan.kin()) {
      lines.add(
          "not held out: %s x %s: of the reward's own family %s"
              .formatted(pair.model(), pair.verifier(), String.join(", ", pair.judges())));
    }
    return lines;
  }

  /** The same for what runs and is warned of. */
  private static List<String> warnings(Plan plan) {
    Map<String, List<String>> warned = new LinkedHashMap<>();
    for (Warning warning : plan.warnings()) {
      Cell cell = warning.cell();
      String why = cell.model().label() + " x " + cell.verifier().label() + ": " + warning.reason();
      warned
          .computeIfAbsent(why, key -> new ArrayList<>())
          .add(cell.method().part().label() + at(cell.at()));
    }
    return lines("warning: ", warned);
  }

  private static String at(OptionalLong budget) {
    return budget.isPresent() ? " at " + budget.getAsLong() : "";
  }

  private static List<String> lines(String word, Map<String, List<String>> algorithmsByReason) {
    List<String> lines = new ArrayList<>();
    algorithmsByReason.forEach(
        (why, who) -> lines.add(word + why + " (" + String.join(", ", who) + ")"));
    return lines;
  }

  /**
   * How much of its budget a cell spends, or may spend at most, for the prompt that spends least;
   * under 95 % is flagged.
   */
  private static String used(Cell cell) {
    if (cell.at().isEmpty()) {
      return "";
    }
    double share = costs(cell).mapToDouble(cell.problem().budget()::share).min().orElseThrow();
    String most = cell.method().part().spec().costIsUpperBound() ? "<= " : "";
    return String.format(Locale.ROOT, "%s%.0f%%%s", most, 100 * share, share < 0.95 ? " low" : "");
  }
}
