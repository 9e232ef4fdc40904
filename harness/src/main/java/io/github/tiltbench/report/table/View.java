package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Tables under one name, written as {@code tables/<name>} in four forms.
 *
 * @param name of the files
 * @param tables one a contest
 * @param csv the same numbers in full precision
 */
public record View(String name, List<Table> tables, String csv) {
  /** The tables of a layout; empty if no contest has a number of it. */
  static Optional<View> of(
      Layout layout, List<Task> contests, Function<PlanFile.Row, String> remark) {
    List<Table> tables = new ArrayList<>();
    List<LayoutTable> sheets = new ArrayList<>();
    Set<String> columns = new LinkedHashSet<>();
    for (Task contest : contests) {
      LayoutTable sheet = LayoutTable.of(layout, contest);
      sheets.add(sheet);
      columns.addAll(sheet.columns());
      if (!sheet.lines().isEmpty()) {
        tables.add(table(layout, contest, sheet, remark));
      }
    }
    return tables.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new View(layout.toString(), tables, csv(contests, sheets, List.copyOf(columns))));
  }

  /** Whether a layout shows what the tables of the summary do not. */
  static boolean adds(Layout layout, List<Task> contests) {
    return contests.stream()
        .anyMatch(
            c ->
                switch (layout.across()) {
                  case METRICS -> layout.of(c.metrics()).stream().anyMatch(m -> !m.equals("mean"));
                  case ALGORITHMS -> c.algorithms().size() > 1;
                  case BUDGETS -> c.budgets().size() > 1;
                  case RANKS -> false;
                });
  }

  private static Table table(
      Layout layout, Task contest, LayoutTable sheet, Function<PlanFile.Row, String> remark) {
    String where = contest.name();
    String caption = layout.caption() + where;
    if (layout.across() != Layout.Across.METRICS) {
      return sheet.table(caption, contest, remark);
    }
    List<String> metrics = layout.of(contest.metrics());
    Table table = Comparison.table(caption, contest, metrics, Comparison::fullHeader, remark);
    return Comparison.refusals(caption, contest, metrics)
        .orElse(layout.errors() ? withTruth(table, metrics.size()) : table);
  }

  /** The table with the true law as its first line: each of these numbers is an error. */
  private static Table withTruth(Table table, int metrics) {
    List<Cell> truth = new ArrayList<>(List.of(Cell.of("true law"), Cell.of("any")));
    for (int c = truth.size(); c < table.columns().size(); c++) {
      truth.add(Cell.of(c < 2 + metrics ? "0" : ""));
    }
    List<Table.Row> rows = new ArrayList<>(List.of(new Table.Row(truth, false)));
    table.rows().forEach(r -> rows.add(new Table.Row(r.cells(), rows.size() == 1 || r.opens())));
    List<String> notes = new ArrayList<>(table.notes());
    notes.add("The line of the true law is what endless samples of it have.");
    return new Table(table.caption(), table.columns(), rows, notes);
  }

  private static String csv(List<Task> contests, List<LayoutTable> sheets, List<String> columns) {
    List<String> header = new ArrayList<>(List.of("model", "verifier"));
    header.addAll(sheets.get(0).heads());
    columns.forEach(c -> header.addAll(List.of(c, c + " low", c + " high")));
    StringBuilder csv = new StringBuilder(Csv.line(header));
    for (int i = 0; i < sheets.size(); i++) {
      Task contest = contests.get(i);
      sheets
          .get(i)
          .fields(List.of(contest.model(), contest.verifier()), columns)
          .forEach(f -> csv.append(Csv.line(f)));
    }
    return csv.toString();
  }
}
