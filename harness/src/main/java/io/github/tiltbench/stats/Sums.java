package io.github.tiltbench.stats;

/**
 * Compensated sums: those of {@link java.util.stream.DoubleStream}, bit for bit, without making a
 * stream for each of 9999 resamples.
 *
 * <p>Source: W. Kahan, Comm. ACM 8 (1965) 40. An infinite term makes the sum infinite.
 */
final class Sums {
  private double sum;
  private double lost; // what rounding has added to the sum so far
  private double plain;

  /** Adds a term. */
  void add(double term) {
    plain += term;
    double compensated = term - lost;
    double next = sum + compensated;
    lost = (next - sum) - compensated;
    sum = next;
  }

  /** The sum of the terms so far. */
  double total() {
    double total = sum - lost;
    return Double.isNaN(total) && Double.isInfinite(plain) ? plain : total;
  }

  /** The sum of some values. */
  static double of(double[] x) {
    Sums sums = new Sums();
    for (double v : x) {
      sums.add(v);
    }
    return sums.total();
  }

  /** The mean of at least one value. */
  static double mean(double[] x) {
    return of(x) / x.length;
  }

  /** The sum of squared distances from a centre. */
  static double squares(double[] x, double centre) {
    Sums sums = new Sums();
    for (double v : x) {
      sums.add((v - centre) * (v - centre));
    }
    return sums.total();
  }
}
