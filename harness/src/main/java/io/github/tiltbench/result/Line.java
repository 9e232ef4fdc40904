package io.github.tiltbench.result;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * One line of a store file: a JSON object whose last key is the CRC-32 of all bytes before that
 * key.
 *
 * <p>The key cannot occur inside a text of the object, where quotes are escaped, so records can be
 * told apart even where a line end is damaged.
 *
 * @param number line of the file, from 1
 * @param json the object with its checksum
 */
record Line(int number, String json) {
  private static final Pattern SEAL = Pattern.compile(",\"crc\":\"([0-9a-f]{8})\"\\}");

  /** What Java puts in the place of bytes that are no UTF-8; it may also stand there itself. */
  private static final char REPLACED = '\uFFFD';

  private static final int SEAL_LENGTH = ",\"crc\":\"00000000\"}".length();

  /** What a file holds: good lines, and the numbers of lines that hold something else. */
  record Parsed(List<Line> lines, List<Integer> damaged) {}

  /** The bytes of a line, its end included. */
  static byte[] seal(String json) {
    String body = json.substring(0, json.length() - 1);
    return (body + ",\"crc\":\"" + crc(body) + "\"}\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String crc(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** Splits a file; a last line without its end counts only if it is whole. */
  static Parsed parse(byte[] file) {
    List<Line> lines = new ArrayList<>();
    List<Integer> damaged = new ArrayList<>();
    int number = 0;
    for (int from = 0; from < file.length; number++) {
      int end = from;
      while (end < file.length && file[end] != '\n') {
        end++;
      }
      boolean torn = end == file.length;
      boolean carriage = end > from && file[end - 1] == '\r'; // a copy through another system
      boolean whole = records(file, from, carriage ? end - 1 : end, number + 1, lines);
      if (!whole && !torn) {
        damaged.add(number + 1);
      }
      from = end + 1;
    }
    return new Parsed(lines, damaged);
  }

  /** Adds the records between two places; true if they are one record and nothing else. */
  private static boolean records(byte[] file, int from, int end, int number, List<Line> lines) {
    String bytes = new String(file, from, end - from, StandardCharsets.ISO_8859_1);
    Matcher seal = SEAL.matcher(bytes);
    int start = 0;
    boolean whole = false;
    while (seal.find()) {
      int open = opening(file, from + start, from + seal.start(), seal.group(1));
      if (open >= 0) {
        int close = from + seal.end();
        Optional<String> json = utf8(file, open, close);
        json.ifPresent(text -> lines.add(new Line(number, text)));
        whole = open == from && close == end && json.isPresent();
        start = seal.end();
      }
    }
    return whole;
  }

  private static Optional<String> utf8(byte[] file, int from, int to) {
    String text = new String(file, from, to - from, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACED) < 0) {
      return Optional.of(text);
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(file, from, to - from))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Where the record that ends in this checksum starts: here, or behind a damaged line end. */
  private static int opening(byte[] file, int from, int seal, String wanted) {
    for (int open = from; open <= from + 1 && open < seal; open++) {
      CRC32 crc = new CRC32();
      crc.update(file, open, seal - open);
      if (HexFormat.of().toHexDigits((int) crc.getValue()).equals(wanted)) {
        return open;
      }
    }
    return -1;
  }

  /** The object without its checksum. */
  String body() {
    return json.substring(0, json.length() - SEAL_LENGTH) + "}";
  }
}
