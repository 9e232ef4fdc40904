package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.study.published.Published;
import io.github.tiltbench.study.published.PublishedNumber;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Published numbers beside measured ones, as tables of their own.
 *
 * <p>They come from another model on another scale, so nothing is computed of them. A half-width is
 * shown as it was printed and never as an interval. The measured numbers are those of the largest
 * budget and of algorithms that have no use for one.
 */
final class Beside {
  static final String NAME = "published";
  private static final String WARNING =
      "Published: another model on another scale. Compare the order of methods, not values.";

  private final Task contest;
  private final Published published;
  private final Footnotes footnotes = new Footnotes();

  private Beside(Task contest, Published published) {
    this.contest = contest;
    this.published = published;
  }

  /** The tables of all contests whose reward has published numbers; empty if none has. */
  static Optional<View> of(List<Task> contests, List<Published> published) {
    List<Table> tables = new ArrayList<>();
    StringBuilder csv = new StringBuilder(header());
    for (Task contest : contests) {
      for (Published numbers : published) {
        if (numbers.verifier().equals(contest.verifier())) {
          Beside beside = new Beside(contest, numbers);
          tables.add(beside.table());
          numbers.entries().forEach(e -> csv.append(beside.line(e)));
        }
      }
    }
    return tables.isEmpty()
        ? Optional.empty()
        : Optional.of(new View(NAME, tables, csv.toString()));
  }

  private List<String> algorithms() {
    return published.entries().stream().map(Published.Entry::algorithm).distinct().toList();
  }

  private List<String> metrics() {
    return published.entries().stream().map(Published.Entry::metric).distinct().toList();
  }

  private Optional<PublishedNumber> number(String algorithm, String metric) {
    return published.entries().stream()
        .filter(e -> e.algorithm().equals(algorithm) && e.metric().equals(metric))
        .map(Published.Entry::number)
        .findFirst();
  }

  private Optional<SummaryRow> measured(String algorithm, String metric) {
    return contest.at(contest.largestBudget(), metric).stream()
        .filter(r -> r.label().equals(algorithm))
        .findFirst();
  }

  private Table table() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.key("algorithm", false));
    columns.add(Column.key("published as", false));
    for (String metric : metrics()) {
      String header = Comparison.fullHeader(metric);
      columns.add(new Column(header + ", measured", true, 0));
      columns.add(new Column(header + ", published", true, 0));
    }
    List<Table.Row> rows = algorithms().stream().map(a -> new Table.Row(cells(a), false)).toList();
    return new Table("Measured and published: " + contest.name(), columns, rows, notes());
  }

  private List<Cell> cells(String algorithm) {
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(algorithm));
    cells.add(
        Cell.of(
            published.entries().stream()
                .filter(e -> e.algorithm().equals(algorithm))
                .map(e -> e.number().method())
                .findFirst()
                .orElseThrow()));
    for (String metric : metrics()) {
      cells.add(
          measured(algorithm, metric)
              .map(r -> Comparison.number(r.estimate(), footnotes))
              .orElseGet(() -> new Cell("-", "", footnotes.mark("not measured here"))));
      cells.add(
          number(algorithm, metric)
              .map(this::cell)
              .orElseGet(() -> new Cell("-", "", footnotes.mark("not published there"))));
    }
    return cells;
  }

  private Cell cell(PublishedNumber n) {
    return new Cell(
        n.value(),
        n.halfWidth().isEmpty() ? "" : "+-" + n.halfWidth(),
        n.note().isEmpty() ? "" : footnotes.mark(n.note()));
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(WARNING);
    Set<String> sources = new LinkedHashSet<>();
    Set<String> halves = new LinkedHashSet<>();
    for (Published.Entry entry : published.entries()) {
      PublishedNumber n = entry.number();
      sources.add(
          Stream.of(n.paper(), n.table(), n.model(), n.task(), n.reward(), n.setting())
              .filter(t -> !t.isEmpty())
              .collect(Collectors.joining(", ")));
      if (!n.halfWidth().isEmpty()) {
        halves.add(PublishedNumber.Half.of(n.halfWidthKind()).meaning());
      }
    }
    notes.add("Source: " + String.join("; ", sources) + ".");
    if (!halves.isEmpty()) {
      notes.add("Half-widths of published numbers: " + String.join("; ", halves) + ".");
    }
    List<SummaryRow> rows =
        metrics().stream()
            .flatMap(m -> algorithms().stream().flatMap(a -> measured(a, m).stream()))
            .toList();
    if (contest.largestBudget() > 0) {
      notes.add(
          "Measured at "
              + Numbers.amount((double) contest.largestBudget())
              + " "
              + contest.unit()
              + ", the largest budget.");
    }
    Comparison.intervals(rows, Comparison::fullHeader).ifPresent(notes::add);
    notes.addAll(footnotes.lines());
    return notes;
  }

  private static String header() {
    List<String> columns = new ArrayList<>(SummaryRow.CELL);
    columns.addAll(List.of("prompt", "metric"));
    columns.addAll(SummaryRow.NUMBERS);
    PublishedNumber.COLUMNS.forEach(c -> columns.add("published_" + c));
    return Csv.line(columns);
  }

  /** A measured number as in the summary, empty if there is none, and the published one. */
  private String line(Published.Entry entry) {
    Optional<SummaryRow> row = measured(entry.algorithm(), entry.metric());
    List<String> fields =
        new ArrayList<>(
            row.map(r -> SummaryRow.cell(contest.plan(), r.cell()))
                .orElse(
                    List.of(contest.model(), contest.verifier(), entry.algorithm(), "", "", "")));
    fields.addAll(List.of(SummaryRow.ALL, entry.metric()));
    fields.addAll(
        row.map(r -> SummaryRow.numbers(r.estimate()))
            .orElse(Collections.nCopies(SummaryRow.NUMBERS.size(), "")));
    fields.addAll(entry.number().fields());
    return Csv.line(fields);
  }
}
