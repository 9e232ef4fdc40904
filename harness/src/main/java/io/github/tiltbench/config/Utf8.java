package io.github.tiltbench.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: a wrong byte is an error with its place, never a replacement character. */
public final class Utf8 {
  private Utf8() {}

  /** The text without its byte order mark. */
  public static String decode(String name, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      int position = text.codePointCount(0, text.length());
      throw new ConfigException(
          place(name, text, position),
          "not UTF-8: byte 0x%02X at offset %d"
              .formatted(bytes[in.position()] & 0xff, in.position()));
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Line and column of a code point position. */
  static Mark place(String name, String text, int position) {
    int line = 1;
    int column = 1;
    int i = 0;
    for (int n = 0; n < position && i < text.length(); n++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      column = c == '\n' ? 1 : column + 1;
      line += c == '\n' ? 1 : 0;
    }
    return new Mark(name, line, column);
  }
}
