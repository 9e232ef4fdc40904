package io.github.tiltbench.report.page;

import java.util.List;
import org.apache.commons.csv.CSVFormat;

/** Comma-separated values: quoting of RFC 4180, lines ended by LF. */
public final class Csv {
  private Csv() {}

  /** One line, its end included; a field is quoted where it must be. */
  public static String line(List<String> fields) {
    return CSVFormat.RFC4180.format(fields.toArray()) + "\n";
  }
}
