package io.github.tiltbench.random;

import java.util.Arrays;

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

  /** Blocks that go through the rounds side by side; their words fit into the nearest cache. */
  private static final int LANES = 512;

  /** Blocks for which that is not worth while. */
  private static final int FEW = 16;

  private static final ThreadLocal<long[][]> SCRATCH =
      ThreadLocal.withInitial(() -> new long[4][LANES]);

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
   * bits of {@code out[from .. from+length)}: the same as {@link #block} block by block.
   *
   * <p>A block is twenty multiplications that wait for each other. Long rows go through each round
   * side by side, in loops that the compiler turns into vector instructions where the processor
   * multiplies vectors of longs.
   */
  static void fill(long key, int c1, int c2, int c3, double[] out, int from, int length) {
    if (length < 2 * FEW) {
      long[] words = new long[2];
      for (int at = 0; at < length; at++) {
        if ((at & 1) == 0) {
          block(key, at >>> 1, c1, c2, c3, words);
        }
        out[from + at] = Double.longBitsToDouble(words[at & 1]);
      }
      return;
    }
    long[][] lanes = SCRATCH.get();
    for (int done = 0; done < length; done += 2 * LANES) {
      int words = Math.min(2 * LANES, length - done);
      int blocks = (words + 1) / 2;
      rounds(key, done / 2, c1, c2, c3, lanes, blocks);
      for (int i = 0; i < words / 2; i++) {
        int at = from + done + 2 * i;
        out[at] = Double.longBitsToDouble(lanes[0][i] | lanes[1][i] << 32);
        out[at + 1] = Double.longBitsToDouble(lanes[2][i] | lanes[3][i] << 32);
      }
      if ((words & 1) == 1) {
        int i = blocks - 1;
        out[from + length - 1] = Double.longBitsToDouble(lanes[0][i] | lanes[1][i] << 32);
      }
    }
  }

  /** All rounds of the blocks from a counter on; lane k holds the k-th word of each. */
  private static void rounds(
      long key, int first, int c1, int c2, int c3, long[][] lanes, int blocks) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    long p1 = (c2 & LOW) * MULTIPLIER_1;
    Arrays.fill(lanes[0], 0, blocks, (p1 >>> 32) ^ (c1 & LOW) ^ (k0 & LOW));
    Arrays.fill(lanes[1], 0, blocks, p1 & LOW);
    long mixed = (c3 ^ k1) & LOW;
    for (int i = 0; i < blocks; i++) { // the first round: all words but the counter are the same
      long p0 = (first + (long) i) * MULTIPLIER_0;
      lanes[2][i] = (p0 >>> 32) ^ mixed;
      lanes[3][i] = p0 & LOW;
    }
    for (int round = 1; round < ROUNDS; round++) {
      k0 += WEYL_0;
      k1 += WEYL_1;
      round(lanes[0], lanes[1], lanes[2], lanes[3], k0 & LOW, k1 & LOW, blocks);
    }
  }

  private static void round(
      long[] c0, long[] c1, long[] c2, long[] c3, long k0, long k1, int blocks) {
    for (int i = 0; i < blocks; i++) {
      long p0 = c0[i] * MULTIPLIER_0;
      long p1 = c2[i] * MULTIPLIER_1;
      c0[i] = (p1 >>> 32) ^ c1[i] ^ k0;
      c1[i] = p1 & LOW;
      c2[i] = (p0 >>> 32) ^ c3[i] ^ k1;
      c3[i] = p0 & LOW;
    }
  }
}
