package io.github.tiltbench.result;

import io.github.tiltbench.config.Decimals;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** CSV by RFC 4180, UTF-8, with a header; lines end in LF and what is absent is empty. */
final class CsvFormat implements SheetFormat {
  @Override
  public String ending() {
    return "csv";
  }

  @Override
  public void write(Sheet sheet, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(
          sheet.columns().stream().map(Sheet.Column::name).collect(Collectors.joining(",")) + "\n");
      sheet
          .rows()
          .to(
              values ->
                  out.write(
                      Arrays.stream(values).map(CsvFormat::field).collect(Collectors.joining(","))
                          + "\n"));
    }
  }

  private static String field(Object value) {
    if (value == null) {
      return "";
    }
    String field = value instanceof Double number ? Decimals.text(number) : value.toString();
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
