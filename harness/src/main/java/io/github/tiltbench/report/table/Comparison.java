package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.Spent;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Arranges numbers into a table: a row for an algorithm at a budget, a column for a metric.
 *
 * <p>Rows at one budget stand together, so that equal budgets are compared line by line. Where an
 * algorithm has no use for a larger budget, its row comes first. Costs that are zero in every row
 * become a note.
 */
public final class Comparison {
  private static final Map<String, String> HEADERS =
      Map.of(
          "mean", "mean",
          "q0.5", "median",
          "q0.9", "top 10 %",
          "ess-min", "least ESS/N",
          "ess-median", "median ESS/N",
          "resampled-first", "first resampled at level",
          "resampled-median", "median level of resampling",
          "log-evidence", "log Z",
          "origins", "origins/N");

  private final Footnotes footnotes = new Footnotes();
  private final String unit;
  private final List<List<SummaryRow>> lines;
  private final List<String> metrics;
  private final UnaryOperator<String> headers;
  private final Function<PlanFile.Row, String> remark;

  private Comparison(
      String unit,
      List<List<SummaryRow>> lines,
      List<String> metrics,
      UnaryOperator<String> headers,
      Function<PlanFile.Row, String> remark) {
    this.unit = unit;
    this.lines = lines;
    this.metrics = metrics;
    this.headers = headers;
    this.remark = remark;
  }

  /**
   * The table of some metrics of one model and verifier.
   *
   * @param metrics their columns
   * @param remark what a reader must know about a cell, or empty text
   */
  static Table table(
      String caption, Task contest, List<String> metrics, Function<PlanFile.Row, String> remark) {
    return table(caption, contest, metrics, Comparison::header, remark);
  }

  /** The same with a say in what the columns are called. */
  static Table table(
      String caption,
      Task contest,
      List<String> metrics,
      UnaryOperator<String> headers,
      Function<PlanFile.Row, String> remark) {
    Map<PlanFile.Row, List<SummaryRow>> lines =
        contest.rows().stream()
            .filter(r -> metrics.contains(r.metric()))
            .sorted(Comparator.comparingLong(r -> r.budget().orElse(0)))
            .collect(
                Collectors.groupingBy(SummaryRow::cell, LinkedHashMap::new, Collectors.toList()));
    return new Comparison(contest.unit(), List.copyOf(lines.values()), metrics, headers, remark)
        .table(caption);
  }

  /**
   * The reasons alone, in place of a table whose every number is refused; empty for any other.
   *
   * @param metrics its columns
   */
  static Optional<Table> refusals(String caption, Task contest, List<String> metrics) {
    List<SummaryRow> shown =
        contest.rows().stream().filter(r -> metrics.contains(r.metric())).toList();
    if (!shown.stream().allMatch(r -> r.estimate() instanceof Estimate.Refused)) {
      return Optional.empty();
    }
    List<Table.Row> reasons =
        shown.stream()
            .map(r -> ((Estimate.Refused) r.estimate()).reason())
            .distinct()
            .map(reason -> new Table.Row(List.of(Cell.of(reason)), false))
            .toList();
    return Optional.of(
        new Table(
            caption,
            List.of(Column.key("there is no number, because", false)),
            reasons,
            List.of("Asked for: " + String.join(", ", metrics) + ".")));
  }

  /** How a metric is called in a header; of which judge, the caption says. */
  public static String header(String metric) {
    int at = metric.indexOf('@');
    String name = at < 0 ? metric : metric.substring(0, at);
    return HEADERS.getOrDefault(name, name);
  }

  /** How a metric is called where the caption does not say whose scores it is of. */
  static String fullHeader(String metric) {
    int at = metric.indexOf('@');
    return at < 0 ? header(metric) : header(metric) + " by " + metric.substring(at + 1);
  }

  private Table table(String caption) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.key("algorithm", false));
    columns.add(Column.key("budget", true));
    metrics.forEach(m -> columns.add(new Column(headers.apply(m), true, 0)));
    columns.add(new Column("n", true, 0));
    List<Price> prices = new ArrayList<>();
    List<String> unspent = new ArrayList<>();
    List<Spent> costs = lines.stream().map(l -> l.get(0).spent()).toList();
    for (Price price : Price.values()) {
      if (price.told(costs)) {
        prices.add(price);
        columns.add(new Column(price.header(), true, price.spare()));
      } else if (price != Price.COMPUTE && price != Price.ACTUAL) {
        unspent.add(price.header());
      }
    }
    List<Table.Row> body = new ArrayList<>();
    OptionalLong before = null;
    for (List<SummaryRow> line : lines) {
      OptionalLong budget = line.get(0).budget();
      body.add(new Table.Row(cells(line, prices), before != null && !budget.equals(before)));
      before = budget;
    }
    return new Table(caption, columns, body, notes(unspent));
  }

  private List<Cell> cells(List<SummaryRow> line, List<Price> prices) {
    SummaryRow first = line.get(0);
    String about = remark.apply(first.cell());
    List<Cell> cells = new ArrayList<>();
    cells.add(new Cell(first.label(), "", about.isEmpty() ? "" : footnotes.mark(about)));
    cells.add(budget(first.budget()));
    for (String metric : metrics) {
      cells.add(
          line.stream()
              .filter(r -> r.metric().equals(metric))
              .findFirst()
              .map(r -> number(r.estimate(), footnotes))
              .orElse(Cell.of("")));
    }
    Set<Integer> sizes =
        line.stream()
            .map(r -> r.estimate().n())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    cells.add(Cell.of(sizes.stream().map(String::valueOf).collect(Collectors.joining("/"))));
    prices.forEach(p -> cells.add(Cell.of(p.text(first.spent()))));
    return cells;
  }

  /** A budget, or that there is no use for one. */
  public static Cell budget(OptionalLong budget) {
    return Cell.of(budget.isPresent() ? Numbers.amount((double) budget.getAsLong()) : "any");
  }

  /** A number with its interval, or a dash with the reason as a footnote. */
  public static Cell number(Estimate e, Footnotes footnotes) {
    return e instanceof Estimate.Interval i
        ? new Cell(Numbers.value(i), Numbers.interval(i), note(i.method(), footnotes))
        : new Cell("-", "", footnotes.mark(((Estimate.Refused) e).reason()));
  }

  /** A number with what a reader must know about its cell as one more footnote, if it is any. */
  static Cell remarked(Estimate e, String remark, Footnotes footnotes) {
    Cell number = number(e, footnotes);
    if (remark.isEmpty()) {
      return number;
    }
    String mark = footnotes.mark(remark);
    return new Cell(
        number.text(),
        number.detail(),
        number.mark().isEmpty() ? mark : number.mark() + "," + mark);
  }

  private static String note(String method, Footnotes footnotes) {
    String note = Notes.of(method);
    return note.isEmpty() ? "" : footnotes.mark(note);
  }

  /** One sentence on how the intervals of some rows were made; none if there are none. */
  static Optional<String> intervals(List<SummaryRow> rows, UnaryOperator<String> headers) {
    Methods methods = new Methods();
    rows.forEach(r -> methods.add(headers.apply(r.metric()), r.estimate()));
    return methods.sentence();
  }

  private List<String> notes(List<String> unspent) {
    List<SummaryRow> rows = lines.stream().flatMap(List::stream).toList();
    List<String> notes = new ArrayList<>(footnotes.lines());
    intervals(rows, headers).ifPresent(notes::add);
    boolean known = rows.stream().anyMatch(r -> r.spent().actual() != 0);
    boolean gradients = rows.stream().anyMatch(r -> r.spent().backward() != 0);
    notes.add(
        "Budget in "
            + unit
            + "; n counts independent units; costs and time are means a returned sample"
            + (gradients ? "; compute counts forward equivalents, NFE + 2 BACKWARD" : "")
            + (known ? "; NFE actual leaves out states that a trial had seen before" : "")
            + (unspent.isEmpty() ? "." : "; no " + String.join(", no ", unspent) + " was spent."));
    return notes;
  }
}
