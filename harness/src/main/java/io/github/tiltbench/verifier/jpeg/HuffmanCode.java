package io.github.tiltbench.verifier.jpeg;

import java.util.HexFormat;

/**
 * One Huffman table: the code of every symbol and the form in which a file states it.
 *
 * <p>Source: ITU-T T.81, Annex C (codes) and K.3 (the standard tables).
 */
final class HuffmanCode {
  /** Sizes of luminance DC differences. */
  static final HuffmanCode LUMA_DC =
      new HuffmanCode(0x00, "00010501010101010100000000000000", "000102030405060708090a0b");

  /** Runs and sizes of luminance AC coefficients. */
  static final HuffmanCode LUMA_AC =
      new HuffmanCode(
          0x10,
          "0002010303020403050504040000017d",
          "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a"
              + "25262728292a3435363738393a434445464748494a535455565758595a636465666768696a73747576"
              + "7778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3"
              + "c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa");

  /** Sizes of chrominance DC differences. */
  static final HuffmanCode CHROMA_DC =
      new HuffmanCode(0x01, "00030101010101010101010000000000", "000102030405060708090a0b");

  /** Runs and sizes of chrominance AC coefficients. */
  static final HuffmanCode CHROMA_AC =
      new HuffmanCode(
          0x11,
          "00020102040403040705040400010277",
          "0001020311040521310612415107617113223281081442"
              + "91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748"
              + "494a535455565758595a636465666768696a737475767778797a82838485868788898a929394959697"
              + "98999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3"
              + "e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa");

  private final int[] code = new int[256];
  private final int[] length = new int[256];
  private final byte[] segment;

  /**
   * A table.
   *
   * @param destination class and identifier as a file states them
   * @param counts 16 bytes in hexadecimal: codes of each length
   * @param symbols bytes in hexadecimal, in order of code
   */
  private HuffmanCode(int destination, String counts, String symbols) {
    byte[] count = HexFormat.of().parseHex(counts);
    byte[] symbol = HexFormat.of().parseHex(symbols);
    int next = 0;
    int at = 0;
    for (int bits = 1; bits <= 16; bits++) {
      for (int i = 0; i < count[bits - 1]; i++) {
        code[symbol[at] & 0xFF] = next++;
        length[symbol[at++] & 0xFF] = bits;
      }
      next <<= 1;
    }
    segment = new byte[17 + symbol.length];
    segment[0] = (byte) destination;
    System.arraycopy(count, 0, segment, 1, 16);
    System.arraycopy(symbol, 0, segment, 17, symbol.length);
  }

  int code(int symbol) {
    return code[symbol];
  }

  int length(int symbol) {
    return length[symbol];
  }

  /** The body of its DHT segment. */
  byte[] segment() {
    return segment;
  }
}
