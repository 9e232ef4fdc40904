package io.github.tiltbench.study.published;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Utf8;
import io.github.tiltbench.config.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The fields of a file of comma-separated values, with their lines: quoting of RFC 4180, lines
 * ended by LF or CRLF, UTF-8. Blank lines do not count.
 *
 * @param lines in file order
 */
record CsvFile(List<Line> lines) {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get();

  CsvFile {
    lines = List.copyOf(lines);
  }

  /** The fields of one line and the place where it starts. */
  record Line(Mark at, List<String> fields) {
    Line {
      fields = List.copyOf(fields);
    }
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException if it cannot be read or a quoted field does not end where it should
   */
  static CsvFile read(Path file) {
    return parse(file.toString(), Yaml.bytes(file));
  }

  /** The same for bytes at hand; {@code name} stands in for the file in messages. */
  static CsvFile parse(String name, byte[] bytes) {
    String text = Utf8.decode(name, bytes);
    List<Line> lines = new ArrayList<>();
    long ended = 0;
    try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
      int read = 0;
      int line = 1;
      for (CSVRecord fields : parser) {
        int start = start(text, (int) fields.getCharacterPosition());
        line += newlines(text, read, start);
        read = start;
        ended = parser.getCurrentLineNumber();
        lines.add(new Line(new Mark(name, line, 1), fields.toList()));
      }
    } catch (IOException | UncheckedIOException e) {
      Mark at = new Mark(name, Math.toIntExact(ended) + 1, 1);
      throw new ConfigException(at, "a quoted field does not end where it should");
    }
    return new CsvFile(lines);
  }

  /** Where a record starts that the parser places before the blank lines it passed over. */
  private static int start(String text, int position) {
    int start = position;
    while (start < text.length() && "\r\n".indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    return start;
  }

  private static int newlines(String text, int from, int to) {
    return (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
  }
}
