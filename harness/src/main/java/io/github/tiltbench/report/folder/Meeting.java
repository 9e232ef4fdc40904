package io.github.tiltbench.report.folder;

import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Comparison;
import io.github.tiltbench.result.CellDefinition;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model and a verifier that several folders have, by what they are and not by what they are
 * called: the cells of all folders, side by side.
 *
 * @param folders all of them
 * @param name verifier and model by their names in the first folder that has them
 * @param lines in the order of the first folder that has them, budgets together
 * @param relations every cell that occurs in several folders, against the first of these
 */
record Meeting(List<Folder> folders, Task name, List<Line> lines, List<Relation> relations) {
  private static final List<String> PLACE =
      List.of("model", "verifier", "algorithm", "budget", "unit", "number", "folder", "against");

  private static final Map<String, String> NUMBERS = Map.of("mean", "Mean", "q0.5", "Median");

  /**
   * A cell of one folder.
   *
   * @param folder its index
   */
  record Entry(int folder, PlanFile.Row cell, CellDefinition definition, List<Trial> trials) {}

  /**
   * One algorithm at one budget.
   *
   * @param label as the first folder that has it calls it
   * @param unit of the budget
   * @param entries at most one a folder
   */
  record Line(String label, OptionalLong budget, String unit, List<Entry> entries) {}

  /** The meetings, in the order of the folders and their plans. */
  static List<Meeting> of(List<Folder> folders, Faults faults) {
    Map<List<CellDefinition>, List<Entry>> grounds = new LinkedHashMap<>();
    for (int f = 0; f < folders.size(); f++) {
      Folder folder = folders.get(f);
      for (Map.Entry<PlanFile.Row, CellDefinition> e : folder.definitions().entrySet()) {
        CellDefinition d = e.getValue();
        grounds
            .computeIfAbsent(List.of(d.part("model"), d.part("verifier")), k -> new ArrayList<>())
            .add(new Entry(f, e.getKey(), d, folder.results().trials(e.getKey())));
      }
    }
    return grounds.values().stream()
        .filter(entries -> entries.stream().mapToInt(Entry::folder).distinct().count() > 1)
        .map(entries -> of(folders, entries, faults))
        .toList();
  }

  private static Meeting of(List<Folder> folders, List<Entry> entries, Faults faults) {
    Map<List<?>, List<Entry>> lines =
        entries.stream()
            .collect(
                Collectors.groupingBy(
                    e -> place(folders, e), LinkedHashMap::new, Collectors.toList()));
    PlanFile.Row first = entries.get(0).cell();
    List<Line> sorted =
        lines.values().stream()
            .map(same -> line(folders, same))
            .sorted(Comparator.comparingLong(l -> l.budget().orElse(0)))
            .toList();
    return new Meeting(
        folders,
        new Task(
            folders.get(entries.get(0).folder()).results().plan(),
            first.model(),
            first.verifier(),
            List.of()),
        sorted,
        relations(folders, sorted, faults));
  }

  private static List<Relation> relations(List<Folder> folders, List<Line> lines, Faults faults) {
    return lines.stream()
        .flatMap(l -> l.entries().stream().skip(1).map(e -> Relation.of(folders, l, e, faults)))
        .toList();
  }

  /** What makes two cells the same line, whatever else differs. */
  private static List<?> place(List<Folder> folders, Entry e) {
    return Arrays.asList(
        e.definition().part("algorithm"), e.cell().at(), folders.get(e.folder()).unit());
  }

  private static Line line(List<Folder> folders, List<Entry> same) {
    Map<Integer, Entry> byFolder = new LinkedHashMap<>();
    same.forEach(e -> byFolder.putIfAbsent(e.folder(), e));
    Entry first = same.get(0);
    return new Line(
        first.cell().label(),
        SummaryRow.budget(first.cell()),
        folders.get(first.folder()).unit(),
        List.copyOf(byFolder.values()));
  }

  /** The numbers side by side, and what the cells of several folders are to each other. */
  List<Table> tables() {
    Stream<Table> numbers = Stream.of("mean", "q0.5").map(this::numbers);
    return Stream.concat(
            numbers,
            relations.isEmpty() ? Stream.empty() : Stream.of(Relation.table(this, relations)))
        .toList();
  }

  private Table numbers(String metric) {
    Footnotes footnotes = new Footnotes();
    Methods methods = new Methods();
    List<Column> columns =
        new ArrayList<>(List.of(Column.key("algorithm", false), Column.key("budget", true)));
    folders.forEach(f -> columns.add(new Column(f.label(), true, 0)));
    List<Table.Row> body = new ArrayList<>();
    OptionalLong before = null;
    for (Line line : lines) {
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(line.label()), budget(line)));
      for (int f = 0; f < folders.size(); f++) {
        int index = f;
        cells.add(
            line.entries().stream()
                .filter(e -> e.folder() == index)
                .findFirst()
                .map(e -> number(e, metric, footnotes, methods))
                .orElse(Cell.of("")));
      }
      body.add(new Table.Row(cells, before != null && !line.budget().equals(before)));
      before = line.budget();
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    notes.add("Budget in " + String.join(", ", units()) + "; an empty field was not run.");
    return new Table(NUMBERS.get(metric) + " reward by folder: " + title(), columns, body, notes);
  }

  private Cell number(Entry e, String metric, Footnotes footnotes, Methods methods) {
    Estimate number =
        folders
            .get(e.folder())
            .number(e.cell(), metric)
            .orElse(new Estimate.Refused("no finished trials", 0));
    methods.add(NUMBERS.get(metric).toLowerCase(Locale.ROOT), number);
    return Comparison.number(number, footnotes);
  }

  /** The budget, with its unit where not all lines have the same. */
  Cell budget(Line line) {
    Cell amount = Comparison.budget(line.budget());
    return units().size() == 1 || line.budget().isEmpty()
        ? amount
        : Cell.of(amount.text() + " " + line.unit());
  }

  private List<String> units() {
    return lines.stream().map(Line::unit).distinct().toList();
  }

  /** Verifier and model. */
  String title() {
    return name.name();
  }

  /** The numbers in full precision. */
  String csv() {
    StringBuilder csv = new StringBuilder();
    for (Line line : lines) {
      for (Entry e : line.entries()) {
        Folder folder = folders.get(e.folder());
        for (String metric : List.of("mean", "q0.5")) {
          folder
              .number(e.cell(), metric)
              .ifPresent(n -> csv.append(csv(line, metric, folder, "", SummaryRow.numbers(n))));
        }
      }
    }
    relations.forEach(r -> r.enter(this, csv));
    return csv.toString();
  }

  /** One line of the file. */
  String csv(Line line, String number, Folder folder, String against, List<String> numbers) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                name.model(),
                name.verifier(),
                line.label(),
                SummaryRow.text(line.budget()),
                line.unit(),
                number,
                folder.label(),
                against));
    fields.addAll(numbers);
    return Csv.line(fields);
  }

  /** The header of {@link #csv()}. */
  static String header() {
    return Csv.line(Stream.concat(PLACE.stream(), SummaryRow.NUMBERS.stream()).toList());
  }
}
