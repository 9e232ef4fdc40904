package io.github.tiltbench.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table as content, without a look.
 *
 * @param caption one line
 * @param columns headers
 * @param rows from top to bottom, each with a cell a column
 * @param notes lines below it, the footnotes among them
 */
public record Table(String caption, List<Column> columns, List<Row> rows, List<String> notes) {
  /** Checks that every row has a cell for every column. */
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
    for (Row row : rows) {
      if (row.cells().size() != columns.size()) {
        throw new IllegalArgumentException(
            row.cells().size() + " cells for " + columns.size() + " columns");
      }
    }
  }

  /** Whether it has numbers to show and none of them is there: nothing but dashes. */
  public boolean silent() {
    List<Integer> numbers =
        IntStream.range(0, columns.size())
            .filter(c -> columns.get(c).number() && columns.get(c).spare() == 0)
            .filter(c -> !columns.get(c).header().equals("n"))
            .boxed()
            .toList();
    return !numbers.isEmpty()
        && rows.stream()
            .allMatch(r -> numbers.stream().allMatch(c -> r.cells().get(c).text().matches("-?")));
  }

  /** The same with one more line below. */
  public Table with(String note) {
    List<String> all = new ArrayList<>(notes);
    all.add(note);
    return new Table(caption, columns, rows, all);
  }

  /**
   * A column.
   *
   * @param header its name
   * @param number whether it is set flush right
   * @param spare how soon it may be left out where there is no room; 0 is never, below 0 it names
   *     the row and is repeated where a table is split
   */
  public record Column(String header, boolean number, int spare) {
    /** A column that names the row. */
    public static Column key(String header, boolean number) {
      return new Column(header, number, -1);
    }

    /** Whether it names the row. */
    boolean key() {
      return spare < 0;
    }
  }

  /**
   * A row.
   *
   * @param opens whether it begins a group
   */
  public record Row(List<Cell> cells, boolean opens) {
    /** Copies the cells. */
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /**
   * A cell.
   *
   * @param text what it says; ASCII minus signs, {@code +-} for plus or minus
   * @param detail set smaller, beside or below: the interval; may be empty
   * @param mark letter of a footnote; may be empty
   */
  public record Cell(String text, String detail, String mark) {
    /** A cell without detail and footnote. */
    public static Cell of(String text) {
      return new Cell(text, "", "");
    }

    /** Text and mark as plain characters. */
    String plain() {
      return mark.isEmpty() ? text : text + " (" + mark + ")";
    }
  }
}
