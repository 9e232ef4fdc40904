package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Resampling: the values of a statistic on keyed resamples, and the percentile interval from them.
 *
 * <p>Resample {@code i} draws from a generator that is a function of the key and {@code i} only, so
 * the result is the same on any number of threads.
 *
 * <p>Not for statistics that break under duplicated points: nearest-neighbour metrics, pairwise
 * diversity, distances between distributions.
 */
public final class Bootstrap {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private Bootstrap() {}

  /** The statistic of every resample, in the order of their indices. */
  public static double[] replicates(Confidence c, ToDoubleFunction<SplittableRandom> statistic) {
    return IntStream.range(0, c.resamples())
        .parallel()
        .mapToDouble(i -> statistic.applyAsDouble(c.generator(i)))
        .toArray();
  }

  /** The statistic of as many random orders of the numbers below n as there are resamples. */
  public static double[] permuted(Confidence c, int n, ToDoubleFunction<int[]> statistic) {
    return replicates(c, random -> statistic.applyAsDouble(order(n, random)));
  }

  /** An order of the numbers below n, all orders alike (Fisher and Yates). */
  private static int[] order(int n, SplittableRandom random) {
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  /** As many values as there are, drawn with replacement. */
  static double[] resample(double[] x, SplittableRandom random) {
    double[] drawn = new double[x.length]; // a loop: this runs for each of 9999 resamples
    for (int i = 0; i < x.length; i++) {
      drawn[i] = x[random.nextInt(x.length)];
    }
    return drawn;
  }

  /**
   * The percentile interval from replicates; refused when they are all equal or one is not finite.
   *
   * @param reach how far out the ends lie, in standard deviations of the normal law
   */
  static Estimate percentile(
      double value, double[] stars, Confidence c, double reach, String method, int n) {
    long undefined = Arrays.stream(stars).filter(s -> !Double.isFinite(s)).count();
    if (undefined > 0 || !Double.isFinite(value)) {
      return undefined(undefined, stars.length, n);
    }
    double[] sorted = stars.clone();
    Arrays.sort(sorted);
    if (sorted[0] == sorted[sorted.length - 1]) {
      return new Estimate.Refused("no spread: all resamples give the same value", n);
    }
    double upper = NORMAL.cumulativeProbability(reach);
    double low = Quantiles.type6(sorted, 1 - upper);
    double high = Quantiles.type6(sorted, upper);
    return Estimate.of(value, low, high, c.level(), method, n);
  }

  /** The refusal of a number that some resamples do not have, or the data themselves. */
  static Estimate undefined(long resamples, int of, int n) {
    return new Estimate.Refused(
        resamples == 0
            ? "not defined on these values"
            : "too few units differ: in " + resamples + " of " + of + " resamples it is undefined",
        n);
  }
}
