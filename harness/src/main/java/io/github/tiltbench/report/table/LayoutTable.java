package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The numbers of a contest that a layout shows, arranged its way round.
 *
 * @param heads what names a line
 * @param columns what is compared across
 * @param lines from top to bottom
 */
record LayoutTable(List<String> heads, List<String> columns, List<Line> lines) {
  private static final String ANY = "any";
  private static final String METRIC = "metric";

  /** One line: what it is, and its number in each column that has one. */
  record Line(List<String> heads, Map<String, SummaryRow> cells) {}

  /** The sheet of a layout; without lines if the contest has no number of it. */
  static LayoutTable of(Layout layout, Task contest) {
    List<String> metrics = layout.of(contest.metrics());
    return switch (layout.across()) {
      case METRICS, RANKS -> byAlgorithm(contest, metrics);
      case ALGORITHMS -> byBudget(contest, metrics);
      case BUDGETS -> byMetric(contest, metrics);
    };
  }

  private static LayoutTable byAlgorithm(Task contest, List<String> metrics) {
    Builder sheet = new Builder(List.of("budget", "algorithm"));
    contest.rows().stream()
        .filter(r -> metrics.contains(r.metric()))
        .sorted(Comparator.comparingLong(r -> r.budget().orElse(0)))
        .forEach(r -> sheet.put(List.of(budget(r), r.label()), r.metric(), r));
    return sheet.build(metrics);
  }

  /** An algorithm that has no use for a larger budget stands in the line of each. */
  private static LayoutTable byBudget(Task contest, List<String> metrics) {
    Builder sheet = new Builder(List.of("budget", METRIC));
    List<Long> budgets = contest.budgets();
    for (long budget : budgets.isEmpty() ? List.of(0L) : budgets) {
      for (String metric : metrics) {
        String line = budgets.isEmpty() ? ANY : Long.toString(budget);
        for (SummaryRow row : contest.at(budget, metric)) {
          sheet.put(List.of(line, metric), row.label(), row);
        }
      }
    }
    return sheet.build(contest.algorithms());
  }

  private static LayoutTable byMetric(Task contest, List<String> metrics) {
    Builder sheet = new Builder(List.of(METRIC, "algorithm"));
    for (String metric : metrics) {
      for (SummaryRow row : contest.rows()) {
        if (row.metric().equals(metric)) {
          sheet.put(List.of(metric, row.label()), budget(row), row);
        }
      }
    }
    List<String> columns = new ArrayList<>(List.of(ANY));
    contest.budgets().forEach(b -> columns.add(Long.toString(b)));
    return sheet.build(columns);
  }

  private static String budget(SummaryRow row) {
    return row.budget().isPresent() ? Long.toString(row.budget().getAsLong()) : ANY;
  }

  private static final class Builder {
    private final List<String> heads;
    private final Map<List<String>, Map<String, SummaryRow>> lines = new LinkedHashMap<>();

    Builder(List<String> heads) {
      this.heads = heads;
    }

    void put(List<String> line, String column, SummaryRow row) {
      lines.computeIfAbsent(line, l -> new LinkedHashMap<>()).put(column, row);
    }

    /** The columns in this order, those without a number left out. */
    LayoutTable build(List<String> columns) {
      return new LayoutTable(
          heads,
          columns.stream()
              .filter(c -> lines.values().stream().anyMatch(l -> l.containsKey(c)))
              .toList(),
          lines.entrySet().stream().map(e -> new Line(e.getKey(), e.getValue())).toList());
    }
  }

  /**
   * As a table; lines with the same first head stand together.
   *
   * @param remark what a reader must know about a row's cell, or empty text
   */
  Table table(String caption, Task contest, Function<PlanFile.Row, String> remark) {
    Footnotes footnotes = new Footnotes();
    List<Column> header = new ArrayList<>();
    heads.forEach(h -> header.add(Column.key(h, h.equals("budget"))));
    columns.forEach(c -> header.add(new Column(c, true, 0)));
    List<Table.Row> body = new ArrayList<>();
    String before = null;
    for (Line line : lines) {
      List<Cell> cells = new ArrayList<>();
      for (int i = 0; i < heads.size(); i++) {
        String head = line.heads().get(i);
        cells.add(Cell.of(heads.get(i).equals(METRIC) ? Comparison.fullHeader(head) : head));
      }
      columns.forEach(c -> cells.add(cell(line.cells().get(c), remark, footnotes)));
      String group = line.heads().get(0);
      body.add(new Table.Row(cells, before != null && !group.equals(before)));
      before = group;
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    notes.addAll(notes(contest));
    return new Table(caption, header, body, notes);
  }

  private static Cell cell(
      SummaryRow row, Function<PlanFile.Row, String> remark, Footnotes footnotes) {
    if (row == null) {
      return Cell.of("");
    }
    return Comparison.remarked(row.estimate(), remark.apply(row.cell()), footnotes);
  }

  private List<String> notes(Task contest) {
    List<SummaryRow> rows = lines.stream().flatMap(l -> l.cells().values().stream()).toList();
    List<String> notes = new ArrayList<>();
    Comparison.intervals(rows, Comparison::fullHeader).ifPresent(notes::add);
    IntSummaryStatistics n = rows.stream().mapToInt(r -> r.estimate().n()).summaryStatistics();
    notes.add(
        "Budget in "
            + contest.unit()
            + "; every number rests on "
            + (n.getMin() == n.getMax() ? n.getMin() : n.getMin() + " to " + n.getMax())
            + " independent units. Costs stand in the tables of the summary.");
    Gradients.note(contest, contest.largest()).ifPresent(notes::add);
    return notes;
  }

  /**
   * As fields, a list a line: its numbers in full precision, each with the ends of its interval; a
   * refused number is empty.
   *
   * @param first fields that stand before the heads
   * @param all the columns, perhaps more than this sheet has
   */
  List<List<String>> fields(List<String> first, List<String> all) {
    List<List<String>> fields = new ArrayList<>();
    for (Line line : lines) {
      List<String> one = new ArrayList<>(first);
      line.heads().forEach(h -> one.add(h.equals(ANY) ? "" : h));
      for (String column : all) {
        SummaryRow row = line.cells().get(column);
        boolean there = row != null && row.estimate() instanceof Estimate.Interval;
        one.addAll(there ? SummaryRow.numbers(row.estimate()).subList(0, 3) : List.of("", "", ""));
      }
      fields.add(one);
    }
    return fields;
  }
}
