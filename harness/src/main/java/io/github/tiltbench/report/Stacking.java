package io.github.tiltbench.report;

import io.github.tiltbench.report.Table.Cell;
import io.github.tiltbench.report.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Makes a table narrower: columns one above the other, or left out. */
final class Stacking {
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
    notes.add("Left out for want of room: " + column.header() + ".");
    return new Table(
        table.caption(),
        without(table.columns(), drop),
        table.rows().stream().map(r -> new Table.Row(without(r.cells(), drop), r.opens())).toList(),
        notes);
  }

  private static <T> List<T> without(List<T> list, int index) {
    return IntStream.range(0, list.size()).filter(i -> i != index).mapToObj(list::get).toList();
  }
}
