package io.github.tiltbench.report;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values: quoting of RFC 4180, lines ended by LF. */
public final class Csv {
  private Csv() {}

  /** The long form of the rows, one number a line, with a header. */
  public static String summary(List<SummaryRow> rows) {
    return line(SummaryRow.COLUMNS)
        + rows.stream().map(r -> line(r.fields())).collect(Collectors.joining());
  }

  /** One line, its end included. */
  static String line(List<String> fields) {
    return fields.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
