package io.github.tiltbench.report.page;

import io.github.tiltbench.result.SpreadsheetText;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/**
 * Comma-separated values: quoting of RFC 4180, texts as {@link SpreadsheetText} has them, lines
 * ended by LF.
 */
public final class Csv {
  private Csv() {}

  /** One line, its end included. */
  public static String line(List<String> fields) {
    return CSVFormat.RFC4180.format(fields.stream().map(SpreadsheetText::of).toArray()) + "\n";
  }
}
