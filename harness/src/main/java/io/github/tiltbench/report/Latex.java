package io.github.tiltbench.report;

import io.github.tiltbench.report.Table.Cell;
import java.util.stream.Collectors;

/** A table in LaTeX for any class; needs {@code \\usepackage{booktabs}} and nothing else. */
final class Latex {
  private Latex() {}

  static String render(Table table) {
    StringBuilder out = new StringBuilder();
    String alignment =
        table.columns().stream().map(c -> c.number() ? "r" : "l").collect(Collectors.joining());
    out.append("% needs \\usepackage{booktabs}\n");
    out.append("\\begin{table}\n  \\centering\\scriptsize\\setlength{\\tabcolsep}{3pt}\n");
    out.append("  \\caption{").append(escape(table.caption())).append("}\n");
    out.append("  \\begin{tabular}{").append(alignment).append("}\n    \\toprule\n    ");
    out.append(
        table.columns().stream()
            .map(c -> escape(c.header()))
            .collect(Collectors.joining(" & ", "", " \\\\\n    \\midrule\n")));
    for (Table.Row row : table.rows()) {
      out.append(row.opens() ? "    \\addlinespace\n" : "").append("    ");
      out.append(
          row.cells().stream().map(Latex::cell).collect(Collectors.joining(" & ", "", " \\\\\n")));
    }
    out.append("    \\bottomrule\n  \\end{tabular}\n");
    for (String note : table.notes()) {
      out.append("  \\par\\smallskip\\parbox{\\linewidth}{").append(escape(note)).append("}\n");
    }
    return out.append("\\end{table}\n").toString();
  }

  private static String cell(Cell cell) {
    String text = number(cell.text());
    String mark = cell.mark().isEmpty() ? "" : "\\textsuperscript{" + escape(cell.mark()) + "}";
    String detail = cell.detail().isEmpty() ? "" : " {\\tiny " + number(cell.detail()) + "}";
    return text + mark + detail;
  }

  /** Numbers in math mode, so that a minus is one. */
  private static String number(String text) {
    return text.matches("\\[?-?[0-9][-0-9., ]*\\]?") ? "$" + text + "$" : escape(text);
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
        yield printed ? Character.toString(c) : c < 0x20 ? " " : String.format("[U+%04X]", c);
      }
    };
  }
}
