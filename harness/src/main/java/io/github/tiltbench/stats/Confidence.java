package io.github.tiltbench.stats;

import java.util.SplittableRandom;

/**
 * How sure, how many resamples, and the key that makes them reproducible.
 *
 * @param level nominal coverage of intervals
 * @param resamples bootstrap resamples; 9999 puts the ends of a 95 % interval on the 250th smallest
 *     and 250th largest
 * @param key seed of every resample; two estimates with the same key resample alike
 * @param timeUniform whether intervals must hold at all rounds at once, as where the number of
 *     trials hangs on what they gave; see {@link TimeUniform}
 */
public record Confidence(double level, int resamples, long key, boolean timeUniform) {
  private static final int LEAST = 99;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  public Confidence {
    Finite.probability(level);
    if (resamples < LEAST) {
      throw new IllegalArgumentException(
          "at least " + LEAST + " resamples are needed, not " + resamples);
    }
  }

  /** Intervals for a number of trials that was fixed beforehand. */
  public Confidence(double level, int resamples, long key) {
    this(level, resamples, key, false);
  }

  /** 95 % intervals from 9999 resamples. */
  public static Confidence standard(long key) {
    return new Confidence(0.95, 9999, key);
  }

  /**
   * The same with a key that also depends on a name, so that unrelated numbers do not share luck.
   */
  public Confidence keyed(String name) {
    long k = key;
    for (int i = 0; i < name.length(); i++) {
      k = mix(k + GOLDEN * (name.charAt(i) + 1));
    }
    return new Confidence(level, resamples, k, timeUniform);
  }

  /** The same at another level. */
  public Confidence at(double level) {
    return new Confidence(level, resamples, key, timeUniform);
  }

  /** The same for intervals that must hold at all rounds at once, or not. */
  public Confidence timeUniform(boolean all) {
    return new Confidence(level, resamples, key, all);
  }

  /** For intervals that hold at all rounds at once, which have no resamples. */
  public static Confidence atAllRounds(double level) {
    return new Confidence(level, LEAST, 0, true);
  }

  /** The generator of resample {@code index}: a pure function of the key and the index. */
  SplittableRandom generator(int index) {
    return new SplittableRandom(mix(mix(key) + GOLDEN * (index + 1L)));
  }

  /** Probability left in each tail. */
  double tail() {
    return (1 - level) / 2;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014), a bijection of 64 bits. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
