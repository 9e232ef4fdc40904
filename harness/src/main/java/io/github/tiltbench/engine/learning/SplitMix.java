package io.github.tiltbench.engine.learning;

import java.util.random.RandomGenerator;

/**
 * A random stream addressed by a seed and a number (Steele, Lea and Flood 2014, SplitMix64).
 *
 * <p>Same values as the JDK's generator of that name for the same starting state.
 */
public final class SplitMix implements RandomGenerator {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /** A stream from its starting state. */
  public SplitMix(long state) {
    this.state = state;
  }

  /** The stream at an address; streams of different addresses are unrelated. */
  public static SplitMix at(long seed, long address) {
    return new SplitMix(mix(seed + address * GOLDEN));
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  @Override
  public int nextInt() {
    state += GOLDEN;
    long z = (state ^ (state >>> 33)) * 0x62A9D9ED799705F5L;
    return (int) (((z ^ (z >>> 28)) * 0xCB24D0A5C88C35B3L) >>> 32);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
