package io.github.tiltbench.report.page;

import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import java.util.stream.Collectors;

/** A table in GitHub's Markdown. */
public final class Markdown {
  private Markdown() {}

  /**
   * The table with its caption above and its notes below, each note a paragraph; no text of it is
   * mark-up.
   */
  public static String render(Table table) {
    StringBuilder out = new StringBuilder();
    out.append("**").append(escape(table.caption())).append("**\n\n");
    out.append(
        table.columns().stream()
            .map(c -> escape(c.header()))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
    out.append(
        table.columns().stream()
            .map(Markdown::rule)
            .collect(Collectors.joining(" | ", "| ", " |\n")));
    for (Table.Row row : table.rows()) {
      out.append(
          row.cells().stream()
              .map(Markdown::cell)
              .collect(Collectors.joining(" | ", "| ", " |\n")));
    }
    table.notes().forEach(n -> out.append("\n").append(escape(n)).append("\n"));
    return out.toString();
  }

  private static String rule(Column column) {
    return column.number() ? "---:" : "---";
  }

  private static String cell(Cell cell) {
    String mark = cell.mark().isEmpty() ? "" : " (" + cell.mark() + ")";
    String detail = cell.detail().isEmpty() ? "" : " " + cell.detail().replace("+-", "\u00b1 ");
    return escape(cell.text() + detail + mark);
  }

  /** Nothing in a text becomes a mark-up or ends its cell or line. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        out.append(' ');
      } else {
        out.append("\\`*_{}[]<>#|~&!$".indexOf(c) < 0 ? "" : "\\").append(c);
      }
    }
    return out.toString();
  }
}
