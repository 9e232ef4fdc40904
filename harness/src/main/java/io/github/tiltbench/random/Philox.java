package io.github.tiltbench.random;

/**
 * Philox4x32-10: a keyed bijection of 128-bit counters whose outputs pass as independent uniform
 * bits.
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
final class Philox {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /**
   * Writes the two 64-bit words of the block at a counter into {@code out[0]} and {@code out[1]}.
   *
   * @param key low 32 bits are the first key word, high 32 bits the second
   */
  static void block(long key, int c0, int c1, int c2, int c3, long[] out) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = (c0 & LOW) * MULTIPLIER_0;
      long p1 = (c2 & LOW) * MULTIPLIER_1;
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[0] = (c0 & LOW) | ((long) c1 << 32);
    out[1] = (c2 & LOW) | ((long) c3 << 32);
  }

  /**
   * Writes the words of the blocks at the counters (0, c1, c2, c3), (1, c1, c2, c3), ... as the raw
   * bits of {@code out[from .. from+length)}.
   *
   * <p>The same as {@link #block} block by block. A loop of its own, on nothing but locals, lets the
   * processor work on several blocks at once; a block waits for twenty multiplications in a row.
   */
  static void fill(long key, int c1, int c2, int c3, double[] out, int from, int length) {
    for (int at = 0; at < length; at += 2) {
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      int a = at >>> 1;
      int b = c1;
      int c = c2;
      int d = c3;
      for (int round = 0; round < ROUNDS; round++) {
        long p0 = (a & LOW) * MULTIPLIER_0;
        long p1 = (c & LOW) * MULTIPLIER_1;
        a = (int) (p1 >>> 32) ^ b ^ k0;
        b = (int) p1;
        c = (int) (p0 >>> 32) ^ d ^ k1;
        d = (int) p0;
        k0 += WEYL_0;
        k1 += WEYL_1;
      }
      out[from + at] = Double.longBitsToDouble((a & LOW) | ((long) b << 32));
      if (at + 1 < length) {
        out[from + at + 1] = Double.longBitsToDouble((c & LOW) | ((long) d << 32));
      }
    }
  }
}
