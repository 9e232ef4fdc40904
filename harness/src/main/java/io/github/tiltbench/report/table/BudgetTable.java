package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** The median reward of a task, a row a method and a column a budget: the table of the answer. */
public final class BudgetTable {
  /** The number that answers are about. */
  public static final String METRIC = "q0.5";

  private BudgetTable() {}

  /**
   * The table; empty if the study does not ask for the number.
   *
   * @param remark what a reader must know about a cell, or empty text
   */
  public static Optional<Table> of(Task task, Function<PlanFile.Row, String> remark) {
    if (task.rows().stream().noneMatch(r -> r.metric().equals(METRIC))) {
      return Optional.empty();
    }
    Footnotes footnotes = new Footnotes();
    Methods methods = new Methods();
    boolean any = task.cells().anyMatch(c -> c.at() == null);
    List<Column> columns = new ArrayList<>(List.of(Column.key("method", false)));
    if (any) {
      columns.add(new Column("any budget", true, 0));
    }
    task.budgets().forEach(b -> columns.add(new Column(Numbers.amount((double) b), true, 0)));
    List<Table.Row> body = new ArrayList<>();
    for (String label : task.algorithms()) {
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(label)));
      List<Long> budgets = new ArrayList<>();
      if (any) {
        budgets.add(null);
      }
      budgets.addAll(task.budgets());
      for (Long budget : budgets) {
        Optional<SummaryRow> row =
            task.rows().stream()
                .filter(r -> r.metric().equals(METRIC) && r.label().equals(label))
                .filter(r -> Objects.equals(r.cell().at(), budget))
                .findFirst();
        row.ifPresent(r -> methods.add(Comparison.header(METRIC), r.estimate()));
        cells.add(
            row.map(r -> Comparison.remarked(r.estimate(), remark.apply(r.cell()), footnotes))
                .orElse(Cell.of("")));
      }
      body.add(new Table.Row(cells, false));
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    notes.add("Budget in " + task.unit() + "; empty: not run, or a budget is of no use to it.");
    return Optional.of(new Table("Median of " + task.name(), columns, body, notes));
  }
}
