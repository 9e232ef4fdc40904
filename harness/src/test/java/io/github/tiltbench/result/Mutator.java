package io.github.tiltbench.result;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Makes inputs that are almost right: bytes and words changed, cut, doubled and exchanged. */
final class Mutator {
  private static final Pattern WORD =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[-+.\\w]+|[\\[\\]{}:,]");

  private static final List<String> HOSTILE =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "0.7",
          "1.5",
          "-0.0",
          "1e999",
          "-1e999",
          "NaN",
          "\"NaN\"",
          "\"-Infinity\"",
          ".inf",
          "2147483647",
          "2147483648",
          "9223372036854775808",
          "4611686018427387904",
          "\"\"",
          "\"../../x\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "{\"a\":1,\"a\":2}",
          "[".repeat(60),
          "&a [*a]",
          "!!java.io.File x",
          "<<",
          "?",
          "\t",
          "\u2028",
          "x".repeat(3000));

  private final SplittableRandom random;

  Mutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One to three changes. */
  byte[] mutated(byte[] whole) {
    byte[] bytes = whole;
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      bytes = random.nextBoolean() ? words(bytes) : bytes(bytes);
    }
    return bytes;
  }

  private byte[] words(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<MatchResult> words = WORD.matcher(text).results().toList();
    if (words.isEmpty()) {
      return bytes(bytes);
    }
    MatchResult at = words.get(random.nextInt(words.size()));
    String other =
        switch (random.nextInt(4)) {
          case 0 -> words.get(random.nextInt(words.size())).group();
          case 1 -> "";
          default -> HOSTILE.get(random.nextInt(HOSTILE.size()));
        };
    byte[] made = other.getBytes(StandardCharsets.UTF_8);
    return joined(bytes, at.start(), made, at.end());
  }

  private byte[] bytes(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    int at = random.nextInt(bytes.length);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(20));
    return switch (random.nextInt(5)) {
      case 0 -> joined(bytes, at, new byte[] {(byte) random.nextInt(256)}, at + 1);
      case 1 -> joined(bytes, at, new byte[0], end);
      case 2 -> joined(bytes, at, new byte[0], bytes.length);
      case 3 -> joined(bytes, end, Arrays.copyOfRange(bytes, at, end), end);
      default ->
          joined(bytes, at, new byte[] {(byte) (bytes[at] ^ (1 << random.nextInt(8)))}, at + 1);
    };
  }

  private static byte[] joined(byte[] bytes, int head, byte[] middle, int tail) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, head);
    out.writeBytes(middle);
    out.write(bytes, tail, bytes.length - tail);
    return out.toByteArray();
  }
}
