package io.github.tiltbench.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Known answers of philox4x32-10 published with Random123 (kat_vectors). */
class PhiloxTest {
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void agreesWithPublishedAnswers(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    long[] out = new long[2];
    Philox.block(Integer.toUnsignedLong(k[0]) | (long) k[1] << 32, c[0], c[1], c[2], c[3], out);
    String actual =
        String.format(
            "%08x %08x %08x %08x",
            (int) out[0], (int) (out[0] >>> 32), (int) out[1], (int) (out[1] >>> 32));
    assertEquals(expected, actual);
  }

  /** One at a time, side by side, and as many as there may be. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 31, 255, 256})
  void blocksSideBySideAreTheBlocks(int count) {
    long key = 0x299f31d0_a4093822L;
    Blocks blocks = Blocks.scratch();
    for (int i = 0; i < count; i++) {
      blocks.put(i, i, -5 - i, 3, 0x81000002);
    }
    blocks.encipher(key, count);
    long[] words = new long[2];
    for (int i = 0; i < count; i++) {
      Philox.block(key, i, -5 - i, 3, 0x81000002, words);
      assertEquals(words[0], blocks.first(i), "block " + i);
      assertEquals(words[1], blocks.second(i), "block " + i);
    }
  }

  private static int[] words(String text) {
    String[] parts = text.split(" ", -1);
    int[] words = new int[parts.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = Integer.parseUnsignedInt(parts[i], 16);
    }
    return words;
  }
}
