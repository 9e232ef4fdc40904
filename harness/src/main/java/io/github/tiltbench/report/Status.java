package io.github.tiltbench.report;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.Summary;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Comparison;
import io.github.tiltbench.report.table.SummaryTables;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Heartbeat;
import io.github.tiltbench.result.Looks;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far a study has come, by what its folder holds while any number of processes write to it.
 *
 * @param results read just now
 * @param processes what was last heard of those that run it
 * @param cells in plan order
 */
public record Status(Results results, List<Heartbeat.Heard> processes, List<Counts> cells) {
  /**
   * The trials of one cell.
   *
   * @param planned as many as are asked for by now, where a rule stops cells
   * @param running in work in a process that is alive
   * @param failed not finished, and failed when last tried
   * @param seconds that a trial takes one worker: the mean of those finished
   */
  public record Counts(
      PlanFile.Row cell,
      int planned,
      int finished,
      int running,
      int failed,
      OptionalDouble seconds) {
    int missing() {
      return planned - finished;
    }
  }

  /** Reads a result folder. */
  public static Status of(Path folder) {
    List<Heartbeat.Heard> processes =
        Heartbeat.in(folder); // first: what ends now is in the results
    return of(Results.read(folder), processes);
  }

  static Status of(Results results, List<Heartbeat.Heard> processes) {
    Map<String, Integer> running = new LinkedHashMap<>();
    processes.stream()
        .filter(Heartbeat.Heard::alive)
        .forEach(
            p -> p.said().running().forEach((cell, n) -> running.merge(cell, n, Integer::sum)));
    Map<String, Long> failed =
        results.failures().stream()
            .map(Failure::id)
            .collect(Collectors.groupingBy(id -> id.cell(), Collectors.counting()));
    return new Status(
        results,
        processes,
        results.plan().cells().stream()
            .map(
                cell -> {
                  List<Trial> trials = results.trials(cell);
                  int planned = results.asked(cell).size();
                  return new Counts(
                      cell,
                      planned,
                      trials.size(),
                      Math.min(running.getOrDefault(cell.brief(), 0), planned - trials.size()),
                      failed.getOrDefault(cell.brief(), 0L).intValue(),
                      trials.stream().mapToDouble(Trial::wallSeconds).average());
                })
            .toList());
  }

  /** How many trials more the rule may ask for; 0 without one. */
  public int askable() {
    PlanFile plan = results.plan();
    return plan.cells().stream()
        .map(cell -> results.standings().get(cell.brief()))
        .filter(standing -> standing.ending() == Looks.Ending.OPEN)
        .mapToInt(standing -> (plan.repetitions() - standing.rounds()) * plan.prompts().size())
        .sum();
  }

  private Stream<Heartbeat> alive() {
    return processes.stream().filter(Heartbeat.Heard::alive).map(Heartbeat.Heard::said);
  }

  /** Trials that no table has yet. */
  public int missing() {
    return cells.stream().mapToInt(Counts::missing).sum();
  }

  /** Trials that failed when last tried. */
  public int failed() {
    return cells.stream().mapToInt(Counts::failed).sum();
  }

  /** NFE a second of all processes that are alive, each since it began. */
  public double speed() {
    return alive().filter(p -> p.seconds() > 0).mapToDouble(p -> p.nfe() / p.seconds()).sum();
  }

  /**
   * Seconds that one worker has to do with what is missing; empty as long as no trial tells how
   * long they take. A cell without a finished trial goes by the NFE of those most like it.
   */
  public OptionalDouble work() {
    double work = 0;
    for (Counts counts : cells) {
      OptionalDouble each = counts.missing() == 0 ? OptionalDouble.of(0) : seconds(counts);
      if (each.isEmpty()) {
        return OptionalDouble.empty();
      }
      work += counts.missing() * each.getAsDouble();
    }
    return OptionalDouble.of(work);
  }

  private OptionalDouble seconds(Counts counts) {
    PlanFile.Row cell = counts.cell();
    return counts.seconds().isPresent()
        ? counts.seconds()
        : Stream.<Predicate<PlanFile.Row>>of(
                c -> c.model().equals(cell.model()) && c.label().equals(cell.label()),
                c -> c.model().equals(cell.model()),
                c -> true)
            .map(this::secondsPerNfe)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(each -> each.getAsDouble() * cell.cost().nfe())
            .findFirst();
  }

  /** Of all trials alike together: small ones, which tell more of overhead, weigh little. */
  private OptionalDouble secondsPerNfe(Predicate<PlanFile.Row> like) {
    double seconds = 0;
    double nfe = 0;
    for (Counts counts : cells) {
      if (like.test(counts.cell()) && counts.seconds().isPresent()) {
        seconds += counts.finished() * counts.seconds().getAsDouble();
        nfe += (double) counts.finished() * counts.cell().cost().nfe();
      }
    }
    return nfe == 0 ? OptionalDouble.empty() : OptionalDouble.of(seconds / nfe);
  }

  /**
   * Seconds until the processes that are alive have done what they set out to do; empty if there is
   * none, or none has finished a trial.
   */
  public OptionalDouble left() {
    double sideBySide =
        alive().filter(p -> p.seconds() > 0).mapToDouble(p -> p.busy() / p.seconds()).sum();
    OptionalDouble work = work();
    if (work.isEmpty() || sideBySide == 0) {
      return OptionalDouble.empty();
    }
    double theirs = missing() == 0 ? 0 : Math.min(1, (double) open() / missing());
    return OptionalDouble.of(work.getAsDouble() * theirs / sideBySide);
  }

  /** Trials before the processes that are alive. */
  private int open() {
    return alive().mapToInt(Heartbeat::open).sum();
  }

  /** All of it in a line or two. */
  public String sentence() {
    int planned = cells.stream().mapToInt(Counts::planned).sum();
    int running = cells.stream().mapToInt(Counts::running).sum();
    String all =
        String.format(
                Locale.ROOT,
                "%s: %,d of %,d trials finished, %,d running, %,d failed.",
                results.plan().study(),
                planned - missing(),
                planned,
                running,
                failed())
            + rule();
    long processes = alive().count();
    if (missing() == 0) {
      return all;
    }
    if (processes == 0) {
      OptionalDouble work = work();
      return all
          + " No process runs it"
          + (work.isEmpty() ? "." : "; one worker has " + time(work) + " to do.");
    }
    int nobodys = missing() - open();
    return all
        + String.format(
            Locale.ROOT,
            " %,.0f NFE/s by %,d process%s, %s left%s",
            speed(),
            processes,
            processes == 1 ? "" : "es",
            left().isEmpty() ? "?" : "about " + time(left()),
            nobodys > failed()
                ? String.format(Locale.ROOT, "; %,d trials are nobody's yet.", nobodys)
                : ".");
  }

  /** How cells stand under the rule of the study; empty text without one. */
  private String rule() {
    if (results.plan().until().isEmpty()) {
      return "";
    }
    long stopped =
        results.standings().values().stream()
            .filter(standing -> standing.ending() != Looks.Ending.OPEN)
            .count();
    return String.format(
        Locale.ROOT,
        " Stopped by now: %,d of %,d cells; later looks may ask for up to %,d trials more.",
        stopped,
        cells.size(),
        askable());
  }

  private static String time(OptionalDouble seconds) {
    return Numbers.time(seconds.getAsDouble());
  }

  /** A line for each process that was not at its end when it was last heard of. */
  public List<String> told() {
    return processes.stream()
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "part %s: %,d of %,d trials finished, %,d failed, %s %s ago",
                    p.said().shard(),
                    p.said().finished(),
                    p.said().trials(),
                    p.said().failed(),
                    p.alive() ? "heard of" : "ended before it was done, last heard of",
                    Numbers.time(p.ago())))
        .toList();
  }

  /** The counts of all cells. */
  public Table table() {
    List<Column> columns =
        Stream.concat(
                Stream.of(
                    Column.key("algorithm", false),
                    Column.key("budget", true),
                    new Column("model", false, 1),
                    new Column("verifier", false, 2)),
                Stream.of("finished", "of", "running", "failed", "a trial")
                    .map(name -> new Column(name, true, 0)))
            .toList();
    List<Table.Row> rows =
        cells.stream()
            .map(
                c ->
                    new Table.Row(
                        List.of(
                            Cell.of(c.cell().label()),
                            Comparison.budget(SummaryRow.budget(c.cell())),
                            Cell.of(c.cell().model()),
                            Cell.of(c.cell().verifier()),
                            count(c.finished()),
                            count(c.planned()),
                            count(c.running()),
                            count(c.failed()),
                            Cell.of(
                                c.seconds().isEmpty()
                                    ? "-"
                                    : Numbers.seconds(c.seconds().getAsDouble()))),
                        false))
            .toList();
    return new Table(
        "Trials of each cell",
        columns,
        rows,
        List.of("The time of a trial is its share of one worker's."));
  }

  private static Cell count(int n) {
    return Cell.of(String.format(Locale.ROOT, "%,d", n));
  }

  /** The numbers so far: rewards over all prompts. */
  public List<SummaryRow> rows(Faults faults) {
    return Summary.overall(results, MetricFamily.REWARD, faults);
  }

  /** The same as a table a model and verifier. */
  public List<Table> rewards(List<SummaryRow> rows) {
    return Task.of(results.plan(), rows).stream()
        .flatMap(task -> SummaryTables.of(task, cell -> "").rewards().stream())
        .toList();
  }

  /** All of it for programs. */
  public Map<String, Object> listed(List<SummaryRow> rows) {
    Map<String, Object> listed = new LinkedHashMap<>();
    listed.put("study", results.plan().study());
    listed.put("planned", cells.stream().mapToInt(Counts::planned).sum());
    listed.put("finished", cells.stream().mapToInt(Counts::finished).sum());
    listed.put("running", cells.stream().mapToInt(Counts::running).sum());
    listed.put("failed", failed());
    results
        .plan()
        .until()
        .ifPresent(
            rule -> {
              listed.put("rule", rule.text());
              listed.put("askable", askable());
              listed.put("standings", results.standings());
            });
    listed.put("damages", results.damages().stream().map(Object::toString).toList());
    listed.put("nfe_per_second", speed());
    listed.put("seconds_left", left());
    listed.put("worker_seconds", work());
    listed.put("processes", processes);
    listed.put("cells", cells);
    listed.put("table", rows.stream().map(row -> row.named(results.plan())).toList());
    return listed;
  }
}
