package io.github.tiltbench.study.published;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Utf8;
import io.github.tiltbench.config.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a file of comma-separated values, with their lines: quoting of RFC 4180, lines
 * ended by LF or CRLF, UTF-8. Blank lines do not count.
 *
 * @param lines in file order
 */
record CsvFile(List<Line> lines) {
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
    return new CsvFile(new Parser(name, Utf8.decode(name, bytes)).lines());
  }

  private static final class Parser {
    private final String name;
    private final String text;
    private int next;
    private int line = 1;

    Parser(String name, String text) {
      this.name = name;
      this.text = text;
    }

    List<Line> lines() {
      List<Line> lines = new ArrayList<>();
      while (next < text.length()) {
        Line read = line();
        if (!read.fields().equals(List.of(""))) {
          lines.add(read);
        }
      }
      return lines;
    }

    private Line line() {
      Mark at = new Mark(name, line, 1);
      List<String> fields = new ArrayList<>();
      do {
        fields.add(text.startsWith("\"", next) ? quoted() : plain());
      } while (skip(","));
      if (!skip("\r\n") && !skip("\n") && next < text.length()) {
        throw new ConfigException(new Mark(name, line, 1), "text follows a quoted field");
      }
      line++;
      return new Line(at, fields);
    }

    private boolean skip(String what) {
      boolean there = text.startsWith(what, next);
      next += there ? what.length() : 0;
      return there;
    }

    private String plain() {
      int start = next;
      while (next < text.length() && ",\r\n".indexOf(text.charAt(next)) < 0) {
        next++;
      }
      return text.substring(start, next);
    }

    private String quoted() {
      Mark at = new Mark(name, line, 1);
      StringBuilder field = new StringBuilder();
      next++;
      while (true) {
        int end = text.indexOf('"', next);
        if (end < 0) {
          throw new ConfigException(at, "a quoted field does not end");
        }
        String part = text.substring(next, end);
        field.append(part);
        line += (int) part.chars().filter(c -> c == '\n').count();
        next = end + 1;
        if (!skip("\"")) {
          return field.toString();
        }
        field.append('"');
      }
    }
  }
}
