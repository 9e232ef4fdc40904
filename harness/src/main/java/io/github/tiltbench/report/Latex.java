package io.github.tiltbench.report;

import io.github.tiltbench.report.Table.Cell;
import io.github.tiltbench.report.Table.Column;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table in LaTeX that fits the text width of a plain article; needs {@code
 * \\usepackage{booktabs}} and nothing else.
 */
final class Latex {
  private Latex() {}

  static String render(Table wide) {
    Table table = Stacking.of(wide);
    StringBuilder out = new StringBuilder();
    out.append("% needs \\usepackage{booktabs}\n");
    out.append("\\begin{table}\n  \\centering\\scriptsize\\setlength{\\tabcolsep}{2pt}\n");
    out.append("  \\caption{").append(escape(table.caption())).append("}\n");
    out.append("  \\begin{tabular}{@{}").append(alignment(table)).append("@{}}\n    \\toprule\n");
    out.append(
        table.columns().stream()
            .map(c -> stack(c.header().lines().map(Latex::escape).toArray(String[]::new)))
            .collect(Collectors.joining(" & ", "    ", " \\\\\n    \\midrule\n")));
    for (Table.Row row : table.rows()) {
      out.append(row.opens() ? "    \\addlinespace\n" : "");
      out.append(
          IntStream.range(0, row.cells().size())
              .mapToObj(i -> cell(row.cells().get(i), i == 0))
              .collect(Collectors.joining(" & ", "    ", " \\\\\n")));
    }
    out.append("    \\bottomrule\n  \\end{tabular}\n");
    for (String note : table.notes()) {
      out.append("  \\par\\smallskip\\parbox{\\linewidth}{").append(escape(note)).append("}\n");
    }
    return out.append("\\end{table}\n").toString();
  }

  private static String alignment(Table table) {
    return "p{0.2\\linewidth}"
        + table.columns().stream().skip(1).map(Latex::alignment).collect(Collectors.joining());
  }

  private static String alignment(Column column) {
    return column.number() ? "r" : "l";
  }

  private static String cell(Cell cell, boolean name) {
    String mark = cell.mark().isEmpty() ? "" : "\\textsuperscript{" + escape(cell.mark()) + "}";
    if (name) {
      String text = escape(cell.text()).replaceAll("\\{\\[\\}|[,=]", "$0\\\\allowbreak ");
      return "\\raggedright " + text + mark;
    }
    String value = number(cell.text()) + mark;
    return cell.detail().isEmpty() ? value : stack(value, "\\tiny " + number(cell.detail()));
  }

  /** Lines one above the other, flush right. */
  private static String stack(String... lines) {
    return lines.length == 1
        ? lines[0]
        : "\\begin{tabular}[t]{@{}r@{}}" + String.join("\\\\", lines) + "\\end{tabular}";
  }

  /** Numbers in math mode, so that a minus is one. */
  private static String number(String text) {
    return text.equals("-")
        ? "--"
        : text.matches("\\[?-?[0-9][-0-9., ]*\\]?") ? "$" + text + "$" : escape(text);
  }

  /** Nothing in a text is a command; characters that plain fonts may lack are named by number. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(c -> out.append(escape(c)));
    return out.toString();
  }

  private static String escape(int c) {
    return switch (c) {
      case '\\' -> "\\textbackslash{}";
      case '~' -> "\\textasciitilde{}";
      case '^' -> "\\textasciicircum{}";
      case '<' -> "\\textless{}";
      case '>' -> "\\textgreater{}";
      case '|' -> "\\textbar{}";
      case '"' -> "''";
      case '&', '%', '$', '#', '_', '{', '}' -> "\\" + (char) c;
      case '[' -> "{[}";
      case ']' -> "{]}";
      default -> {
        boolean printed = (c >= 0x20 && c < 0x7f) || (c >= 0xc0 && c < 0x180);
        yield printed ? Character.toString(c) : c < 0x20 ? " " : String.format("{[}U+%04X{]}", c);
      }
    };
  }
}
