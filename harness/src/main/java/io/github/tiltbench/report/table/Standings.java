package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.RankIntervals;
import io.github.tiltbench.stats.RankIntervals.Better;
import io.github.tiltbench.stats.RankIntervals.Places;
import io.github.tiltbench.study.Catalogues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The algorithms of a task at one budget, ranked by each of several numbers. A rank is an interval,
 * and those of one number hold for all algorithms at once, so that the first of forty is first and
 * not the luckiest.
 *
 * @param layout that asks for them
 * @param budget 0 where none has a use for one
 * @param rows the numbers, with intervals that hold at once
 * @param places of the rows that have a number
 */
public record Standings(
    Layout layout, Task task, long budget, List<SummaryRow> rows, Map<SummaryRow, Places> places) {
  private static final String REWARD = "mean";
  private static final List<String> HEADER =
      List.of(
          "model",
          "verifier",
          "algorithm",
          "budget",
          "metric",
          "estimate",
          "joint_low",
          "joint_high",
          "rank",
          "best_rank",
          "worst_rank",
          "n",
          "refused");

  /**
   * The standings of each task that has a number of a layout, from its smallest budget to its
   * largest.
   *
   * @param joint the numbers of some cells with intervals that hold at once
   */
  static List<List<Standings>> of(
      Layout layout, List<Task> tasks, Function<List<PlanFile.Row>, List<SummaryRow>> joint) {
    return tasks.stream()
        .map(
            task ->
                (task.budgets().isEmpty() ? List.of(0L) : task.budgets())
                    .stream().map(b -> of(layout, task, b, joint.apply(task.at(b)))).toList())
        .filter(s -> !largest(s).places().isEmpty())
        .toList();
  }

  static Standings largest(List<Standings> standings) {
    return standings.get(standings.size() - 1);
  }

  /**
   * Their tables; empty if there are none.
   *
   * @param remark what a reader must know about a row's cell, or empty text
   */
  static Optional<View> view(
      Layout layout, List<List<Standings>> tasks, Function<PlanFile.Row, String> remark) {
    List<Table> tables = new ArrayList<>();
    StringBuilder csv = new StringBuilder(Csv.line(HEADER));
    for (List<Standings> standings : tasks) {
      tables.add(largest(standings).table(remark));
      if (standings.size() > 1) {
        tables.add(growth(standings));
      }
      standings.forEach(s -> s.enter(csv));
    }
    return tables.isEmpty()
        ? Optional.empty()
        : Optional.of(new View(layout.name(), tables, csv.toString()));
  }

  /** The metrics of a study that a layout shows: others would be made for nothing. */
  static List<MetricFamily> families(Layout layout, PlanFile plan) {
    return plan.metrics().stream()
        .map(Catalogues.load()::metric)
        .map(family -> family.only(name -> shows(layout, name)))
        .filter(family -> !family.metricNames().isEmpty())
        .toList();
  }

  private static Standings of(Layout layout, Task task, long budget, List<SummaryRow> numbers) {
    List<SummaryRow> rows =
        numbers.stream().filter(r -> !layout.of(List.of(r.metric())).isEmpty()).toList();
    Map<SummaryRow, Places> places = new HashMap<>();
    for (String metric : layout.of(rows.stream().map(SummaryRow::metric).toList())) {
      List<SummaryRow> ranked =
          rows.stream()
              .filter(r -> r.metric().equals(metric))
              .filter(r -> r.estimate() instanceof Estimate.Interval)
              .toList();
      List<Places> found =
          RankIntervals.of(
              ranked.stream().map(r -> (Estimate.Interval) r.estimate()).toList(), better(metric));
      for (int i = 0; i < ranked.size(); i++) {
        places.put(ranked.get(i), found.get(i));
      }
    }
    return new Standings(layout, task, budget, rows, places);
  }

  /** Whether a family's number is shown, whatever the judge or the feature space. */
  private static boolean shows(Layout layout, String name) {
    return Stream.of(name, name + SummaryRow.IN, name + "@")
        .anyMatch(n -> !layout.of(List.of(n)).isEmpty());
  }

  /** What of a number ranks first. */
  private static Better better(String metric) {
    return switch (metric) {
      case "law-reward" -> Better.NEARER_ZERO;
      case "law-sliced", "seconds" -> Better.SMALLER;
      default -> Better.LARGER;
    };
  }

  /** Those of which some algorithm has a number. */
  public List<String> metrics() {
    return layout.of(places.keySet().stream().map(SummaryRow::metric).distinct().sorted().toList());
  }

  /** A number of a cell, if it has it or a reason why not. */
  public Optional<SummaryRow> row(PlanFile.Row cell, String metric) {
    return rows.stream()
        .filter(r -> r.cell().equals(cell) && r.metric().equals(metric))
        .findFirst();
  }

  /** The cells by their reward, the highest first, those without one last. */
  public List<PlanFile.Row> order() {
    return task.at(budget).stream().sorted(Comparator.comparingDouble(c -> -reward(c))).toList();
  }

  private double reward(PlanFile.Row cell) {
    return row(cell, REWARD)
        .map(SummaryRow::estimate)
        .map(e -> e instanceof Estimate.Interval i ? i.value() : Double.NEGATIVE_INFINITY)
        .orElse(Double.NEGATIVE_INFINITY);
  }

  private Table table(Function<PlanFile.Row, String> remark) {
    Footnotes footnotes = new Footnotes();
    List<String> metrics = metrics();
    List<Column> columns = new ArrayList<>();
    columns.add(Column.key("algorithm", false));
    columns.add(new Column("reward", true, 0));
    metrics.forEach(m -> columns.add(new Column("rank by " + named(m), true, 0)));
    List<Table.Row> body = new ArrayList<>();
    for (PlanFile.Row cell : order()) {
      String about = remark.apply(cell);
      List<Cell> cells = new ArrayList<>();
      cells.add(new Cell(cell.label(), "", about.isEmpty() ? "" : footnotes.mark(about)));
      cells.add(
          row(cell, REWARD)
              .map(r -> Comparison.number(r.estimate(), footnotes))
              .orElse(Cell.of("")));
      metrics.forEach(
          m -> cells.add(row(cell, m).map(r -> place(r, footnotes)).orElse(Cell.of(""))));
      body.add(new Table.Row(cells, false));
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    notes.add(notes(metrics));
    Gradients.note(task, task.at(budget)).ifPresent(notes::add);
    return new Table(layout.caption() + where(), columns, body, notes);
  }

  private String where() {
    return task.name() + (budget > 0 ? " at " + budget + " " + task.unit() : "");
  }

  private String notes(List<String> metrics) {
    return "1 is the best of those with a number: "
        + metrics.stream().map(Standings::best).collect(Collectors.joining(", "))
        + ". The intervals of a column contain all its numbers, and its ranks all true ranks, at"
        + " once with 95 % (Bonferroni; ranks after Klein, Wright and Wieczorek 2020). Where ranks"
        + " overlap the data do not tell who is ahead. A dash has no number of its own.";
  }

  private static String best(String metric) {
    return switch (named(metric)) {
      case "reward" -> "the largest reward";
      case "distance" -> "the smallest distance to the known law";
      case "diversity" -> "the most diverse samples";
      case "distinct-2" -> "the most distinct pairs of tokens";
      case "seconds" -> "the fastest";
      default -> "the largest score by " + named(metric);
    };
  }

  private Cell place(SummaryRow row, Footnotes footnotes) {
    return row.estimate() instanceof Estimate.Refused r
        ? new Cell("-", "", footnotes.mark(r.reason()))
        : Cell.of(places.get(row).toString());
  }

  /** What a number ranks by, in a word. */
  public static String named(String metric) {
    return metric.equals(REWARD)
        ? "reward"
        : metric.startsWith("law-")
            ? "distance"
            : metric.startsWith(REWARD + "@")
                ? metric.substring(REWARD.length() + 1)
                : metric.startsWith("cosine") ? "diversity" : metric;
  }

  /** Ranks by reward at each budget, in the order of the largest. */
  private static Table growth(List<Standings> all) {
    Standings last = largest(all);
    List<Column> columns = new ArrayList<>(List.of(Column.key("algorithm", false)));
    all.forEach(s -> columns.add(new Column(Long.toString(s.budget()), true, 0)));
    List<Table.Row> body = new ArrayList<>();
    for (PlanFile.Row cell : last.order()) {
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(cell.label())));
      for (Standings s : all) {
        cells.add(
            s.task
                .cell(cell.label(), s.budget())
                .flatMap(c -> s.row(c, REWARD))
                .map(s.places()::get)
                .map(p -> Cell.of(p.toString()))
                .orElse(Cell.of("-")));
      }
      body.add(new Table.Row(cells, false));
    }
    return new Table(
        last.layout().caption() + last.task().name() + ", rank by reward at each budget",
        columns,
        body,
        List.of(
            "Budget in "
                + last.task().unit()
                + ". The ranks of a column hold at once with 95 %, among those that run at that"
                + " budget; a dash could not, or has no number."));
  }

  private void enter(StringBuilder csv) {
    for (SummaryRow row : rows) {
      List<String> fields =
          new ArrayList<>(
              List.of(
                  task.model(),
                  task.verifier(),
                  row.label(),
                  budget == 0 ? "" : Long.toString(budget),
                  row.metric()));
      List<String> numbers = SummaryRow.numbers(row.estimate());
      fields.addAll(numbers.subList(0, 3));
      Places places = this.places.get(row);
      fields.add(places == null ? "" : Integer.toString(places.estimated()));
      fields.add(places == null ? "" : Integer.toString(places.best()));
      fields.add(places == null ? "" : Integer.toString(places.worst()));
      fields.addAll(numbers.subList(4, 6));
      csv.append(Csv.line(fields));
    }
  }
}
