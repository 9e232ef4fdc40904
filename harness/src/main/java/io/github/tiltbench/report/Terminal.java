package io.github.tiltbench.report;

import io.github.tiltbench.report.Table.Cell;
import io.github.tiltbench.report.Table.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table in plain characters that fits a width.
 *
 * <p>Intervals stand beside their values where there is room, else below. Then long names are
 * broken over lines, then columns are left out, the most spare first, and a note names them.
 */
final class Terminal {
  private static final int NAME = 20;
  private static final int GAP = 2;
  private static final String INDENT = "  ";

  private final Table table;
  private final boolean beside;
  private final int name;
  private final int[] widths;

  private Terminal(Table table, boolean beside, int name) {
    this.table = table;
    this.beside = beside;
    this.name = name;
    this.widths =
        IntStream.range(0, table.columns().size())
            .map(
                c ->
                    IntStream.concat(
                            IntStream.of(table.columns().get(c).header().length()),
                            table.rows().stream()
                                .flatMap(r -> lines(r, c).stream())
                                .mapToInt(String::length))
                        .max()
                        .getAsInt())
            .toArray();
  }

  static String render(Table table, int width) {
    List<Terminal> tries =
        List.of(
            new Terminal(table, true, Integer.MAX_VALUE),
            new Terminal(table, false, Integer.MAX_VALUE),
            new Terminal(table, false, NAME));
    Optional<Terminal> fits = tries.stream().filter(t -> t.width() <= width).findFirst();
    Optional<Column> spare =
        table.columns().stream()
            .filter(c -> c.spare() > 0)
            .max(Comparator.comparingInt(Column::spare));
    if (fits.isEmpty() && spare.isPresent()) {
      return render(without(table, spare.get()), width);
    }
    return fits.orElse(tries.get(2)).text(width);
  }

  private static Table without(Table table, Column column) {
    int drop = table.columns().indexOf(column);
    List<Table.Row> rows =
        table.rows().stream().map(r -> new Table.Row(without(r.cells(), drop), r.opens())).toList();
    List<String> notes = new ArrayList<>(table.notes());
    notes.add("Left out for want of room: " + column.header() + ".");
    return new Table(table.caption(), without(table.columns(), drop), rows, notes);
  }

  private static <T> List<T> without(List<T> list, int index) {
    return IntStream.range(0, list.size()).filter(i -> i != index).mapToObj(list::get).toList();
  }

  private int width() {
    return IntStream.of(widths).sum() + GAP * (widths.length - 1);
  }

  private String text(int width) {
    List<String> all = new ArrayList<>(wrap(table.caption(), width));
    all.add("");
    all.add(line(table.columns().stream().map(Column::header).toList()));
    all.add("-".repeat(width()));
    for (Table.Row row : table.rows()) {
      if (row.opens()) {
        all.add("");
      }
      int height =
          IntStream.range(0, widths.length).map(c -> lines(row, c).size()).max().getAsInt();
      for (int i = 0; i < height; i++) {
        int at = i;
        all.add(
            line(
                IntStream.range(0, widths.length)
                    .mapToObj(c -> lines(row, c))
                    .map(l -> at < l.size() ? l.get(at) : "")
                    .toList()));
      }
    }
    all.add("");
    table.notes().forEach(n -> all.addAll(wrap(n, width)));
    return all.stream()
        .map(l -> l.length() <= width ? l : l.substring(0, width - 1) + ">")
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String line(List<String> cells) {
    StringBuilder out = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String pad = " ".repeat(widths[c] - cells.get(c).length());
      out.append(c == 0 ? "" : " ".repeat(GAP));
      out.append(table.columns().get(c).number() ? pad + cells.get(c) : cells.get(c) + pad);
    }
    return out.toString().stripTrailing();
  }

  private List<String> lines(Table.Row row, int column) {
    Cell cell = row.cells().get(column);
    String plain = clean(cell.plain());
    if (cell.detail().isEmpty()) {
      return table.columns().get(column).number() ? List.of(plain) : wrap(plain, name);
    }
    return beside ? List.of(plain + " " + cell.detail()) : List.of(plain, cell.detail());
  }

  /** No control character of a study's text reaches the terminal. */
  private static String clean(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Lines of at most a width, broken after blanks, commas and opening brackets, or anywhere. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = clean(text);
    while (rest.length() > width) {
      int cut = width;
      while (cut > INDENT.length() && " ,[".indexOf(rest.charAt(cut - 1)) < 0) {
        cut--;
      }
      cut = cut == INDENT.length() ? width : cut;
      lines.add(rest.substring(0, cut).stripTrailing());
      rest = INDENT + rest.substring(cut).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
