package io.github.tiltbench.random;

/**
 * Philox4x32-10: a keyed bijection of 128-bit counters whose outputs pass as independent uniform
 * bits.
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
final class Philox {
  static final long MULTIPLIER_0 = 0xD2511F53L;
  static final long MULTIPLIER_1 = 0xCD9E8D57L;
  static final int ROUNDS = 10;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /** The low half of a key as a round uses it. */
  static long key0(long key, int round) {
    return ((int) key + round * WEYL_0) & LOW;
  }

  /** The high half of a key as a round uses it. */
  static long key1(long key, int round) {
    return ((int) (key >>> 32) + round * WEYL_1) & LOW;
  }

  /**
   * Writes the two 64-bit words of the block at a counter into {@code out[0]} and {@code out[1]}.
   *
   * @param key low 32 bits are the first key word, high 32 bits the second
   */
  static void block(long key, int c0, int c1, int c2, int c3, long[] out) {
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = (c0 & LOW) * MULTIPLIER_0;
      long p1 = (c2 & LOW) * MULTIPLIER_1;
      c0 = (int) ((p1 >>> 32) ^ c1 ^ key0(key, round));
      c1 = (int) p1;
      c2 = (int) ((p0 >>> 32) ^ c3 ^ key1(key, round));
      c3 = (int) p0;
    }
    out[0] = (c0 & LOW) | ((long) c1 << 32);
    out[1] = (c2 & LOW) | ((long) c3 << 32);
  }
}
