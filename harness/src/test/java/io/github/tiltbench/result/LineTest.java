package io.github.tiltbench.result;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class LineTest {
  private static byte[] sealed(byte[] body) {
    CRC32 crc = new CRC32();
    crc.update(body);
    String seal = ",\"crc\":\"" + HexFormat.of().toHexDigits((int) crc.getValue()) + "\"}\n";
    return (new String(body, ISO_8859_1) + seal).getBytes(ISO_8859_1);
  }

  /** A check sum that fits does not make a text of bytes that are none. */
  @Test
  void bytesThatAreNoTextAreDamage() {
    byte[] body = "{\"prompt\":\"\u00e9\"".getBytes(ISO_8859_1);
    assertEquals(new Line.Parsed(List.of(), List.of(1)), Line.parse(sealed(body)));
  }

  /** Also the sign that stands in Java for bytes that are none, and letters of all lengths. */
  @Test
  void lettersOfAllLengthsAreRead() {
    for (String letter : List.of("e", "\u00e9", "\u20ac", "\uD83D\uDE00", "\uFFFD")) {
      String json = "{\"prompt\":\"" + letter + "\"}";
      Line.Parsed parsed = Line.parse(Line.seal(json));
      assertEquals(List.of(), parsed.damaged(), letter);
      assertEquals(json, parsed.lines().get(0).body());
      byte[] body = json.substring(0, json.length() - 1).getBytes(UTF_8);
      assertEquals(parsed, Line.parse(sealed(body)));
    }
  }
}
