package io.github.tiltbench.particle;

import io.github.tiltbench.random.Uniforms;
import java.util.Arrays;

/** The five standard resamplers; all are unbiased, they differ in how much noise they add. */
public enum ResamplingScheme implements Resampler {
  /** One uniform for all: the least noise in practice and the identity under equal weights. */
  SYSTEMATIC {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      return spread(firstChildren(living(weights), count, u.at(0)));
    }
  },
  /** One uniform a stratum: never noisier than multinomial, for every function. */
  STRATIFIED {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      double[] points = u.first(count);
      for (int i = 0; i < count; i++) {
        points[i] = (i + points[i]) / count;
      }
      return spread(firstChildren(living(weights), points));
    }
  },
  /** The whole parts of {@code count * w} surely, the rest by multinomial draws. */
  RESIDUAL {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      int[] children = new int[weights.length];
      double[] fractions = new double[weights.length];
      int rest = count;
      for (int i = 0; i < weights.length; i++) {
        children[i] = whole(count * weights[i]);
        fractions[i] = fraction(count * weights[i]);
        rest -= children[i];
      }
      if (rest > 0) {
        double total = Arrays.stream(fractions).sum();
        for (int i = 0; i < fractions.length; i++) {
          fractions[i] /= total;
        }
        fall(fractions, u.first(rest), children);
      }
      return repeat(children, count);
    }
  },
  /**
   * Srinivasan sampling: negatively associated counts, each a floor or a ceiling; consistent where
   * systematic has no proof.
   *
   * <p>One particle is open at a time. It meets the next one, and a coin moves weight between the
   * two until the fraction of one of them is 0 or 1: that one is settled, the other is open. What
   * the open one holds does not depend on the coins: it is the fraction of the sum so far.
   *
   * <p>Source: Gerber, Chopin, Whiteley, Annals of Statistics 47, 2019.
   */
  SSP {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      int[] children = new int[weights.length];
      double[] uniform = u.first(weights.length - 1);
      double sum = fraction(count * weights[0]); // under 1
      double settledSum = 0; // of fractions that made children: the whole part of the sum
      long open = whole(count * weights[0]); // particle and children of the one not yet settled
      int left = count;
      for (int i = 1; i < weights.length; i++) {
        double mean = count * weights[i];
        double held = sum - settledSum; // the open one's fraction
        double other = fraction(mean);
        sum += other;
        double child = Math.floor(sum) - settledSum; // 1 if the two fractions make a child, or 0
        settledSum = Math.floor(sum);
        double beyond = child * (1 - held - other);
        double up = other + beyond;
        double down = held + beyond;
        // Masks: a branch on the toss of a coin would be foretold wrongly every other time.
        long raise = Double.doubleToRawLongBits(uniform[i - 1] * (up + down) - down) >>> 63;
        long next = (long) i << Integer.SIZE | whole(mean);
        // The open one stays so if it was raised without a child, or the other got the child.
        long exchange = (open ^ next) & -(raise ^ (long) child);
        long settled = open ^ exchange;
        open = next ^ exchange;
        int own = (int) settled + (int) child;
        children[(int) (settled >>> Integer.SIZE)] = own;
        left -= own;
      }
      children[(int) (open >>> Integer.SIZE)] = left;
      return repeat(children, count);
    }
  },
  /** Independent draws: the textbook scheme, noisiest of all; for comparison with papers. */
  MULTINOMIAL {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      int[] children = new int[weights.length];
      fall(weights, u.first(count), children);
      return repeat(children, count);
    }
  };

  private static final double ROUNDING = 1e-12;

  /** Bits of a fraction as {@link #points} reads it. */
  private static final int FRACTION_BITS = 19;

  private static final int FRACTION = (1 << FRACTION_BITS) - 1;

  /** A number added to this one has that many bits of fraction left; it is under 2^32. */
  private static final double FIXED_POINT = 0x1.8p33;

  /** Cells a point or particle, of which there are one to two as many for that. */
  private static final int CELLS = 2;

  /** The last particle that may be an ancestor: rounding must never pick one of weight zero. */
  private static int last(double[] weights) {
    int last = weights.length - 1;
    while (last > 0 && weights[last] == 0) {
      last--;
    }
    return last;
  }

  /** The weights up to the last that is not zero. */
  private static double[] living(double[] weights) {
    int length = last(weights) + 1;
    return length == weights.length ? weights : Arrays.copyOf(weights, length);
  }

  /** Each ancestor at its first child's place, 0 elsewhere, for points a stride apart. */
  private static int[] firstChildren(double[] weights, int count, double shift) {
    int[] ancestors = new int[count];
    double below = 0;
    for (int particle = 0; particle < weights.length - 1; particle++) {
      below += weights[particle];
      int points = points(below, count, shift);
      if (points < count) {
        ancestors[points] = particle + 1; // or a later one, if this one has no child
      }
    }
    return ancestors;
  }

  /**
   * How many of the points {@code (i + shift) / count} are under a bound; at most one more than
   * there are. A product tells, unless it is so near to a whole number that its rounding could
   * differ from that of the points.
   */
  private static int points(double bound, int count, double shift) {
    double position = bound * count + (1 - shift);
    long fixed = Double.doubleToRawLongBits(position + FIXED_POINT);
    int points = (int) (fixed >> FRACTION_BITS);
    boolean doubtful = ((int) fixed + 1 & FRACTION) <= 1;
    return doubtful ? points(bound, count, shift, Math.min(points, count)) : points;
  }

  private static int points(double bound, int count, double shift, int guess) {
    int points = guess;
    while (points > 0 && (points - 1 + shift) / count >= bound) {
      points--;
    }
    while (points < count && (points + shift) / count < bound) {
      points++;
    }
    return points;
  }

  /** The same for points of which one lies in each stratum. */
  private static int[] firstChildren(double[] weights, double[] points) {
    int[] ancestors = new int[points.length];
    double below = 0;
    for (int particle = 0; particle < weights.length - 1; particle++) {
      below += weights[particle];
      int under = under(below, points, Math.min((int) (below * points.length), points.length));
      if (under < points.length) {
        ancestors[under] = particle + 1;
      }
    }
    return ancestors;
  }

  /**
   * How many ascending points are under a bound.
   *
   * @param guess the number or one less; where a point is the bound, rounding may make it one more
   */
  private static int under(double bound, double[] points, int guess) {
    int under = guess;
    if (under < points.length) { // added, since a branch would be foretold wrongly every other time
      under += (int) (Double.doubleToRawLongBits(points[under] - bound) >>> 63);
    }
    while (under > 0 && points[under - 1] >= bound) {
      under--;
    }
    return under;
  }

  /**
   * Counts a child more for each point's particle, the first whose sum of weights is over it.
   *
   * <p>The interval is cut into equal cells, a power of two of them, so that a point's cell has no
   * rounding. What particle a cell begins with is looked up, and rarely many more are passed.
   */
  private static void fall(double[] weights, double[] points, int[] children) {
    int last = last(weights);
    int cells = CELLS * Integer.highestOneBit(Math.max(points.length, last + 1));
    int[] begins = new int[cells + 1];
    double[] sums = new double[last + 1];
    double below = 0;
    for (int particle = 0; particle < last; particle++) {
      below += weights[particle];
      sums[particle] = below;
      begins[Math.min((int) (below * cells) + 1, cells)] = particle + 1; // in the cell after
    }
    sums[last] = Double.POSITIVE_INFINITY;
    spread(begins);
    for (double point : points) {
      int particle = begins[(int) (point * cells)];
      while (point >= sums[particle]) {
        particle++;
      }
      children[particle]++;
    }
  }

  /** The whole part; what rounding left just under a whole number counts as that number. */
  private static int whole(double mean) {
    return (int) Math.floor(mean + ROUNDING);
  }

  /** The fraction that belongs to it, without the sign that rounding may leave. */
  private static double fraction(double mean) {
    return Math.abs(mean - Math.floor(mean + ROUNDING));
  }

  private static int[] repeat(int[] children, int count) {
    int[] ancestors = new int[count];
    int at = 0;
    for (int i = 0; at < count; i++) {
      ancestors[at] = i; // or a later one, if this one has no child
      at += children[i];
    }
    return spread(ancestors);
  }

  /** Fills the places between an ancestor's first child and the next one's, both halves at once. */
  private static int[] spread(int[] ancestors) {
    int half = ancestors.length / 2;
    int middle = half;
    while (middle > 0 && ancestors[middle] == 0) {
      middle--;
    }
    int low = 0;
    int high = ancestors[middle];
    for (int i = 0; i < half; i++) {
      low = Math.max(low, ancestors[i]);
      ancestors[i] = low;
      high = Math.max(high, ancestors[half + i]);
      ancestors[half + i] = high;
    }
    for (int i = 2 * half; i < ancestors.length; i++) {
      ancestors[i] = Math.max(high, ancestors[i]);
    }
    return ancestors;
  }
}
