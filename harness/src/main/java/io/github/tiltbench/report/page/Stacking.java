package io.github.tiltbench.report.page;

import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Makes a table narrower: columns one above the other, left out, or side by side no more. */
final class Stacking {
  private static final String LEFT = "Left out for want of room: ";

  private Stacking() {}

  /** Puts spare columns two and two into one, the second as the detail of the first. */
  static Table of(Table table) {
    List<int[]> groups = new ArrayList<>();
    for (int c = 0; c < table.columns().size(); c++) {
      boolean pair =
          table.columns().get(c).spare() > 0
              && c + 1 < table.columns().size()
              && table.columns().get(c + 1).spare() > 0;
      groups.add(pair ? new int[] {c, ++c} : new int[] {c});
    }
    return new Table(
        table.caption(),
        groups.stream().map(g -> column(table.columns(), g)).toList(),
        table.rows().stream()
            .map(
                r ->
                    new Table.Row(groups.stream().map(g -> cell(r.cells(), g)).toList(), r.opens()))
            .toList(),
        table.notes());
  }

  private static Column column(List<Column> columns, int[] group) {
    Column first = columns.get(group[0]);
    return group.length == 1
        ? first
        : new Column(
            first.header() + "\n" + columns.get(group[1]).header(), first.number(), first.spare());
  }

  private static Cell cell(List<Cell> cells, int[] group) {
    Cell first = cells.get(group[0]);
    return group.length == 1
        ? first
        : new Cell(first.text(), cells.get(group[1]).text(), first.mark());
  }

  /** Leaves a column out and says so. */
  static Table without(Table table, Column column) {
    int drop = table.columns().indexOf(column);
    List<String> notes = new ArrayList<>(table.notes());
    String left = notes.isEmpty() ? "" : notes.get(notes.size() - 1);
    if (left.startsWith(LEFT)) {
      notes.set(
          notes.size() - 1, left.substring(0, left.length() - 1) + ", " + column.header() + ".");
    } else {
      notes.add(LEFT + column.header() + ".");
    }
    return new Table(
        table.caption(),
        without(table.columns(), drop),
        table.rows().stream().map(r -> new Table.Row(without(r.cells(), drop), r.opens())).toList(),
        notes);
  }

  /**
   * Splits a table that is too wide into several, each with the columns that name the rows; the
   * notes stand below the last one. A column that fits nowhere has a table of its own. Columns are
   * spread evenly, so that none is left over for the last table.
   *
   * @param fits whether a table has room
   */
  static List<Table> panels(Table table, Predicate<Table> fits) {
    List<Table> full = panels(table, fits, Integer.MAX_VALUE);
    int most = (columns(table, false).size() + full.size() - 1) / full.size();
    List<Table> even = panels(table, fits, most);
    return even.size() == full.size() ? even : full;
  }

  /**
   * The same from left to right.
   *
   * @param most columns a table has, those that name the rows apart
   */
  private static List<Table> panels(Table table, Predicate<Table> fits, int most) {
    List<Integer> keys = columns(table, true);
    List<Table> panels = new ArrayList<>();
    List<Integer> shown = new ArrayList<>(keys);
    for (int c : columns(table, false)) {
      boolean first = panels.isEmpty();
      shown.add(c);
      int own = shown.size() - keys.size();
      if (own > most || (own > 1 && !fits.test(panel(table, shown, first)))) {
        panels.add(panel(table, shown.subList(0, shown.size() - 1), first));
        shown = new ArrayList<>(keys);
        shown.add(c);
      }
    }
    Table last = panel(table, shown, panels.isEmpty());
    panels.add(new Table(last.caption(), last.columns(), last.rows(), table.notes()));
    return panels;
  }

  private static List<Integer> columns(Table table, boolean key) {
    return IntStream.range(0, table.columns().size())
        .filter(c -> (c == 0 || table.columns().get(c).key()) == key)
        .boxed()
        .toList();
  }

  private static Table panel(Table table, List<Integer> columns, boolean first) {
    return new Table(
        first ? table.caption() : table.caption() + ", continued",
        columns.stream().map(table.columns()::get).toList(),
        table.rows().stream()
            .map(r -> new Table.Row(columns.stream().map(r.cells()::get).toList(), r.opens()))
            .toList(),
        List.of());
  }

  private static <T> List<T> without(List<T> list, int index) {
    return IntStream.range(0, list.size()).filter(i -> i != index).mapToObj(list::get).toList();
  }
}
