package io.github.tiltbench.random;

import java.util.Arrays;

/**
 * Blocks of {@link Philox} that go through the rounds side by side; memory of one thread.
 *
 * <p>A block is twenty multiplications that wait for each other. Side by side none waits, and the
 * compiler turns the loops into vector instructions where the processor multiplies vectors of
 * longs, as long as their bodies are short: hence the pieces a round is cut into.
 *
 * <p>A round multiplies a word by a constant. The low half of the product stays in its place, the
 * high half is mixed into another word. So only the roles move: in the next round word 1 has the
 * role of word 0, word 2 that of word 1, and so on.
 */
final class Blocks {
  /** Most blocks at a time; their words fit into the nearest cache. */
  static final int MOST = 256;

  /** Blocks for which loops are not worth while; short loops would also teach the compiler so. */
  private static final int FEW = 16;

  private static final long LOW = 0xFFFFFFFFL;
  private static final ThreadLocal<Blocks> SCRATCH = ThreadLocal.withInitial(Blocks::new);

  private final long[] word0 = new long[MOST];
  private final long[] word1 = new long[MOST];
  private final long[] word2 = new long[MOST];
  private final long[] word3 = new long[MOST];
  private final long[] pair = new long[2];

  private Blocks() {}

  /** The blocks of this thread, with anything in them. */
  static Blocks scratch() {
    return SCRATCH.get();
  }

  /** Sets the counter of a block. */
  void put(int at, int c0, int c1, int c2, int c3) {
    word0[at] = c0 & LOW;
    word1[at] = c1 & LOW;
    word2[at] = c2 & LOW;
    word3[at] = c3 & LOW;
  }

  /** Sets the counters of a run of blocks: the first word counts on from {@code c0}. */
  void put(int from, int to, int c0, int c1, int c2, int c3) {
    for (int i = from; i < to; i++) {
      word0[i] = (c0 + (i - from)) & LOW;
    }
    Arrays.fill(word1, from, to, c1 & LOW);
    Arrays.fill(word2, from, to, c2 & LOW);
    Arrays.fill(word3, from, to, c3 & LOW);
  }

  /** The first 64-bit word of an enciphered block. */
  long first(int at) {
    return word2[at];
  }

  /** The second 64-bit word of an enciphered block. */
  long second(int at) {
    return word0[at];
  }

  /** Turns the counters of the first {@code count} blocks into their words. */
  void encipher(long key, int count) {
    if (count < FEW) {
      for (int i = 0; i < count; i++) {
        Philox.block(key, (int) word0[i], (int) word1[i], (int) word2[i], (int) word3[i], pair);
        word2[i] = pair[0];
        word0[i] = pair[1];
      }
      return;
    }
    for (int round = 0; round < Philox.ROUNDS; round += 4) {
      rounds(word0, word1, word2, word3, key, round, count);
      if (round + 2 < Philox.ROUNDS) {
        rounds(word2, word3, word0, word1, key, round + 2, count);
      }
    }
    join(word2, word3, count);
    join(word0, word1, count);
  }

  /** Two rounds of blocks whose words have the roles of their names. */
  private static void rounds(
      long[] c0, long[] c1, long[] c2, long[] c3, long key, int round, int count) {
    long k0 = Philox.key0(key, round);
    long k1 = Philox.key1(key, round);
    mix(c2, Philox.MULTIPLIER_1, c1, k0, count);
    mix(
        c0,
        Philox.MULTIPLIER_0,
        c3,
        k1,
        Philox.MULTIPLIER_1,
        c2,
        Philox.key0(key, round + 1),
        count);
    mix(c1, Philox.MULTIPLIER_0, c0, Philox.key1(key, round + 1), count);
  }

  /** One product of a round. */
  private static void mix(long[] from, long multiplier, long[] into, long key, int count) {
    for (int i = 0; i < count; i++) {
      long product = from[i] * multiplier;
      from[i] = product & LOW;
      into[i] ^= (product >>> 32) ^ key;
    }
  }

  /** A product of a round and the one of the next round that multiplies what it is mixed into. */
  private static void mix(
      long[] from,
      long multiplier,
      long[] via,
      long key,
      long then,
      long[] into,
      long k,
      int count) {
    for (int i = 0; i < count; i++) {
      long product = from[i] * multiplier;
      from[i] = product & LOW;
      long next = ((product >>> 32) ^ via[i] ^ key) * then;
      via[i] = next & LOW;
      into[i] ^= (next >>> 32) ^ k;
    }
  }

  private static void join(long[] low, long[] high, int count) {
    for (int i = 0; i < count; i++) {
      low[i] |= high[i] << 32;
    }
  }
}
