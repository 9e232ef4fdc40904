package io.github.tiltbench.report.page;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values: quoting of RFC 4180, lines ended by LF. */
public final class Csv {
  private Csv() {}

  /** One line, its end included; a field is quoted where it must be. */
  public static String line(List<String> fields) {
    return fields.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
