package io.github.tiltbench.report.page;

import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table in plain characters that fits a width.
 *
 * <p>Where a table is too wide, in this order: intervals go below their values and spare columns
 * two and two one above the other; long names are broken over lines; columns are left out, the most
 * spare first, and a note names them.
 */
public final class Terminal {
  private static final int WIDEST = 100;
  private static final int NARROWEST = 60;
  private static final int NAME = 16;
  private static final int GAP = 2;
  private static final String INDENT = "  ";
  private static final String BREAKS = " ,[=-";

  private final Table table;
  private final boolean beside;
  private final int[] widths;

  private Terminal(Table table, boolean beside, int width) {
    this.table = table;
    this.beside = beside;
    this.widths =
        IntStream.range(0, table.columns().size())
            .map(c -> column(c, Integer.MAX_VALUE).mapToInt(String::length).max().getAsInt())
            .toArray();
    int room = width - (width() - widths[0]);
    if (width() > width && room >= NAME) {
      widths[0] = column(0, room).mapToInt(String::length).max().getAsInt();
    }
  }

  /** How wide texts are: as the terminal is, 100 at most and where there is none. */
  public static int width(String columns) {
    return columns.matches("[1-9][0-9]{0,4}")
        ? Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(columns)))
        : WIDEST;
  }

  /** The same for the terminal of this process, whose columns the launcher knows. */
  public static int columns() {
    return width(System.getProperty("tiltbench.columns", ""));
  }

  /**
   * The table with its caption above and its notes below.
   *
   * @param width characters that no line is longer than
   */
  public static String render(Table table, int width) {
    Optional<Terminal> fits = fitting(table, width);
    if (fits.isPresent()) {
      return fits.get().text(width);
    }
    Optional<Column> spare =
        table.columns().stream()
            .filter(c -> c.spare() > 0)
            .max(Comparator.comparingInt(Column::spare));
    if (spare.isPresent()) {
      return render(Stacking.without(table, spare.get()), width);
    }
    List<Table> panels = Stacking.panels(table, t -> fitting(t, width).isPresent());
    return panels.size() == 1
        ? new Terminal(Stacking.of(table), false, width).text(width)
        : panels.stream().map(p -> render(p, width)).collect(Collectors.joining("\n"));
  }

  private static Optional<Terminal> fitting(Table table, int width) {
    return Stream.of(
            new Terminal(table, true, width), new Terminal(Stacking.of(table), false, width))
        .filter(t -> t.width() <= width)
        .findFirst();
  }

  private int width() {
    return IntStream.of(widths).sum() + GAP * (widths.length - 1);
  }

  /** Everything that stands in a column, header included, its names broken at a width. */
  private Stream<String> column(int c, int name) {
    return Stream.concat(
        header(table.columns().get(c)).stream(),
        table.rows().stream().flatMap(r -> lines(r, c, name).stream()));
  }

  /** The lines of a header; a long one, such as an algorithm's label, is broken. */
  static List<String> header(Column column) {
    return column.header().lines().flatMap(l -> wrap(l, NAME, BREAKS).stream()).toList();
  }

  private List<String> lines(Table.Row row, int column, int name) {
    Cell cell = row.cells().get(column);
    String plain = clean(cell.plain());
    if (cell.detail().isEmpty()) {
      return column == 0 ? wrap(plain, name, BREAKS) : List.of(plain);
    }
    return beside ? List.of(plain + " " + cell.detail()) : List.of(plain, cell.detail());
  }

  private String text(int width) {
    List<String> all = new ArrayList<>(wrap(table.caption(), width));
    all.add("");
    add(all, table.columns().stream().map(Terminal::header).toList());
    all.add("-".repeat(Math.min(width, width())));
    for (Table.Row row : table.rows()) {
      if (row.opens()) {
        all.add("");
      }
      add(all, IntStream.range(0, widths.length).mapToObj(c -> lines(row, c, widths[0])).toList());
    }
    if (!table.notes().isEmpty()) {
      all.add("");
    }
    table.notes().forEach(n -> all.addAll(wrap(n, width)));
    StringBuilder out = new StringBuilder();
    for (String line : all) {
      out.append(line.length() <= width ? line : line.substring(0, width - 1) + ">").append('\n');
    }
    return out.toString();
  }

  /** Puts cells of several lines side by side. */
  private void add(List<String> all, List<List<String>> cells) {
    int height = cells.stream().mapToInt(List::size).max().getAsInt();
    for (int i = 0; i < height; i++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = i < cells.get(c).size() ? cells.get(c).get(i) : "";
        String pad = " ".repeat(Math.max(0, widths[c] - cell.length()));
        line.append(" ".repeat(c == 0 ? 0 : GAP));
        line.append(table.columns().get(c).number() ? pad + cell : cell + pad);
      }
      all.add(line.toString().stripTrailing());
    }
  }

  /** No control character of a study's text reaches the terminal. */
  private static String clean(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /**
   * Lines of at most a width, broken at blanks, or anywhere in a longer word; those after the first
   * are indented.
   */
  public static List<String> wrap(String text, int width) {
    return wrap(text, width, " ");
  }

  private static List<String> wrap(String text, int width, String after) {
    List<String> lines = new ArrayList<>();
    String rest = clean(text);
    while (rest.length() > width) {
      int cut = width;
      while (cut > INDENT.length() && after.indexOf(rest.charAt(cut - 1)) < 0) {
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
