package io.github.tiltbench.algorithm.smc;

import java.util.Arrays;

/**
 * How many particles a population has at each level.
 *
 * @param numbers of levels T..1, in that order
 */
record Headcount(int[] numbers) {
  /** The same number at every level. */
  static Headcount of(int particles, int steps) {
    int[] numbers = new int[steps];
    Arrays.fill(numbers, particles);
    return new Headcount(numbers);
  }

  /** Equal shares. */
  static double[] even(int steps) {
    double[] shares = new double[steps];
    Arrays.fill(shares, 1);
    return shares;
  }

  /**
   * Numbers in proportion to shares that add up to a total: each the nearest whole number to a
   * multiple of its share, and of equal claims to the last ones the higher levels' come first. What
   * levels of some share cannot hold goes to the others in equal parts. No number falls as the
   * total grows.
   *
   * @param shares of levels T..1, at least one above 0
   * @param total at least {@code least} a level and at most {@code most}
   */
  static Headcount split(double[] shares, long total, int least, int most) {
    if (Arrays.stream(shares).mapToLong(s -> s > 0 ? most : least).sum() < total) {
      return split(
          Arrays.stream(shares).map(s -> s > 0 ? 2.0 * most : 1).toArray(), total, least, most);
    }
    double low = 0;
    double high = 1;
    while (sum(shares, high, least, most) <= total && high < total * 1e12) {
      high *= 2;
    }
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (sum(shares, middle, least, most) <= total) {
        low = middle;
      } else {
        high = middle;
      }
    }
    int[] numbers = new int[shares.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = rounded(shares[i], low * (1 - 1e-9), least, most); // before any tie
    }
    for (long left = total - Arrays.stream(numbers).asLongStream().sum(); left > 0; left--) {
      numbers[next(shares, numbers, most)]++;
    }
    return new Headcount(numbers);
  }

  private static long sum(double[] shares, double factor, int least, int most) {
    return Arrays.stream(shares).mapToLong(s -> rounded(s, factor, least, most)).sum();
  }

  private static int rounded(double share, double factor, int least, int most) {
    return (int) Math.max(least, Math.min(most, Math.floor(share * factor + 0.5)));
  }

  /** The level whose number rises next as the factor grows, up to rounding. */
  private static int next(double[] shares, int[] numbers, int most) {
    int next = 0;
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < numbers.length; i++) {
      double at = numbers[i] < most ? (numbers[i] + 0.5) / shares[i] : Double.POSITIVE_INFINITY;
      if (at < nearest * (1 - 1e-12)) {
        nearest = at;
        next = i;
      }
    }
    return next;
  }

  /** The number at a level T..1. */
  int at(int level) {
    return numbers[numbers.length - level];
  }

  /** The number at level 1, which is that of level 0 too. */
  int last() {
    return numbers[numbers.length - 1];
  }

  int largest() {
    return Arrays.stream(numbers).max().orElseThrow();
  }
}
