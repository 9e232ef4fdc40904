package io.github.tiltbench.result;

import io.github.tiltbench.config.Decimals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** CSV by RFC 4180, UTF-8, with a header; lines end in LF and what is absent is empty. */
final class CsvFormat implements SheetFormat {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  @Override
  public String ending() {
    return "csv";
  }

  @Override
  public void write(Sheet sheet, Path file) throws IOException {
    try (CSVPrinter out = FORMAT.print(Files.newBufferedWriter(file))) {
      out.printRecord(sheet.columns().stream().map(Sheet.Column::name));
      sheet.rows().to(values -> out.printRecord(Arrays.stream(values).map(CsvFormat::field)));
    }
  }

  private static Object field(Object value) {
    if (value instanceof String text) {
      return SpreadsheetText.of(text);
    }
    return value instanceof Double number ? Decimals.text(number) : value;
  }
}
