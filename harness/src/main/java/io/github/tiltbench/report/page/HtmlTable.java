package io.github.tiltbench.report.page;

import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in HTML, whose first column stays in sight where it is wider than the screen. */
public final class HtmlTable {
  private HtmlTable() {}

  static String render(Table table) {
    StringBuilder out = new StringBuilder("<div class=\"block\">\n");
    out.append("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"");
    out.append(escape(table.caption())).append("\"><table>\n<caption>");
    out.append(breakable(table.caption())).append("</caption>\n<thead><tr>");
    for (Column column : table.columns()) {
      out.append(column.number() ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">");
      out.append(breakable(column.header())).append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (Table.Row row : table.rows()) {
      out.append(row.opens() ? "<tr class=\"opens\">" : "<tr>");
      out.append(
          IntStream.range(0, row.cells().size())
              .mapToObj(i -> cell(row.cells().get(i), table.columns().get(i), i == 0))
              .collect(Collectors.joining()));
      out.append("</tr>\n");
    }
    out.append("</tbody>\n</table></div>\n");
    table.notes().forEach(n -> out.append("<p class=\"note\">").append(escape(n)).append("</p>\n"));
    return out.append("</div>\n").toString();
  }

  private static String cell(Cell cell, Column column, boolean head) {
    String mark = cell.mark().isEmpty() ? "" : "<sup>" + escape(cell.mark()) + "</sup>";
    String detail =
        cell.detail().isEmpty() ? "" : "<small>" + escape(signs(cell.detail())) + "</small>";
    String text =
        "<span>"
            + (column.number() ? escape(signs(cell.text())) : breakable(cell.text()))
            + mark
            + detail
            + "</span>";
    return head
        ? "<th scope=\"row\">" + text + "</th>"
        : "<td" + (column.number() ? " class=\"number\"" : "") + ">" + text + "</td>";
  }

  private static String signs(String number) {
    return number.equals("-")
        ? "\u2013"
        : number.replace("+-", "\u00b1 ").replace("<=", "\u2264").replace('-', '\u2212');
  }

  /** A label that may be broken where its parameters begin or part. */
  static String breakable(String label) {
    return escape(label).replaceAll("[\\[,=]", "$0<wbr>");
  }

  /** Nothing in a text is mark-up, in an element or in a quoted attribute. */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n', '\t' -> out.append(c);
        default -> out.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    return out.toString();
  }
}
