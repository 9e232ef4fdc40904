package io.github.tiltbench.report.page;

import io.github.tiltbench.report.page.Table.Cell;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table in LaTeX that fits the text width of a plain article; needs {@code
 * \\usepackage{booktabs}} and nothing else.
 */
public final class Latex {
  // of a plain article at 10 points: the text width, a column's gap, letters of both sizes
  private static final double TEXT = 345;
  private static final double GAP = 4;
  private static final double LETTER = 3.8;
  private static final double SMALL = 2.8;
  private static final int NAME = 16;

  private Latex() {}

  /**
   * The table as an environment {@code table} with its caption above and its notes below; no text
   * of it is a command.
   */
  public static String render(Table table) {
    StringBuilder out = new StringBuilder();
    out.append("% needs \\usepackage{booktabs}\n");
    out.append("\\begin{table}\n  \\centering\\scriptsize\\setlength{\\tabcolsep}{2pt}\n");
    out.append("  \\caption{").append(escape(table.caption())).append("}\n");
    out.append(
        Stacking.panels(Stacking.of(table), t -> width(t) <= TEXT).stream()
            .map(Latex::tabular)
            .collect(Collectors.joining("  \\par\\medskip\n")));
    for (String note : table.notes()) {
      out.append("  \\par\\smallskip\\parbox{\\linewidth}{").append(escape(note)).append("}\n");
    }
    return out.append("\\end{table}\n").toString();
  }

  private static String tabular(Table table) {
    StringBuilder out = new StringBuilder();
    out.append("  \\begin{tabular}{@{}").append(alignment(table)).append("@{}}\n    \\toprule\n");
    out.append(
        table.columns().stream()
            .map(c -> stack(Terminal.header(c).stream().map(Latex::header).toArray(String[]::new)))
            .collect(Collectors.joining(" & ", "    ", " \\\\\n    \\midrule\n")));
    for (Table.Row row : table.rows()) {
      out.append(row.opens() ? "    \\addlinespace\n" : "");
      out.append(
          IntStream.range(0, row.cells().size())
              .mapToObj(i -> cell(row.cells().get(i), paragraph(table, i)))
              .collect(Collectors.joining(" & ", "    ", " \\\\\n")));
    }
    return out.append("    \\bottomrule\n  \\end{tabular}\n").toString();
  }

  private static String alignment(Table table) {
    return IntStream.range(0, table.columns().size())
        .mapToObj(c -> alignment(table, c))
        .collect(Collectors.joining());
  }

  private static String alignment(Table table, int c) {
    return paragraph(table, c) ? "p{0.2\\linewidth}" : table.columns().get(c).number() ? "r" : "l";
  }

  /** Whether a column is set as a paragraph: the first, and every other of long texts. */
  private static boolean paragraph(Table table, int c) {
    return !table.columns().get(c).number()
        && (c == 0 || table.rows().stream().anyMatch(r -> r.cells().get(c).text().length() > NAME));
  }

  /** About how wide a tabular is, in points. */
  private static double width(Table table) {
    return IntStream.range(0, table.columns().size())
        .mapToDouble(c -> GAP + (paragraph(table, c) ? 0.2 * TEXT : width(table, c)))
        .sum();
  }

  private static double width(Table table, int c) {
    double header =
        Terminal.header(table.columns().get(c)).stream().mapToInt(String::length).max().orElse(0);
    return table.rows().stream()
        .map(r -> r.cells().get(c))
        .mapToDouble(x -> Math.max(LETTER * x.text().length(), SMALL * x.detail().length()))
        .reduce(LETTER * header, Math::max);
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

  /** A line of a header; the indent of a broken one means nothing here. */
  private static String header(String line) {
    return escape(line.strip());
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
        : text.startsWith("+-")
            ? "$\\pm " + escape(text.substring(2)) + "$"
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
