package io.github.tiltbench.particle;

import io.github.tiltbench.random.Uniforms;
import java.util.Arrays;

/** The five standard resamplers; all are unbiased, they differ in how much noise they add. */
public enum Resampling implements Resampler {
  /** One uniform for all: the least noise in practice and the identity under equal weights. */
  SYSTEMATIC {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      double shift = u.at(0);
      int[] ancestors = new int[count];
      double below = 0;
      int last = last(weights);
      for (int particle = 0; particle < last; particle++) {
        below += weights[particle];
        int points = points(below, count, shift);
        if (points < count) {
          ancestors[points] = particle + 1; // or a later one, if this one has no child
        }
      }
      return spread(ancestors);
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
      return invert(weights, points);
    }
  },
  /** The whole parts of {@code count * w} surely, the rest by multinomial draws. */
  RESIDUAL {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      int[] children = floors(weights, count);
      int rest = count - Arrays.stream(children).sum();
      if (rest > 0) {
        double[] fractions = fractions(weights, count, children);
        double total = Arrays.stream(fractions).sum();
        for (int i = 0; i < fractions.length; i++) {
          fractions[i] /= total;
        }
        for (int ancestor : MULTINOMIAL.ancestors(fractions, rest, u)) {
          children[ancestor]++;
        }
      }
      return repeat(children, count);
    }
  },
  /**
   * Srinivasan sampling: negatively associated counts, each a floor or a ceiling; consistent where
   * systematic has no proof.
   *
   * <p>Source: Gerber, Chopin, Whiteley, Annals of Statistics 47, 2019.
   */
  SSP {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      int[] children = floors(weights, count);
      double[] fraction = fractions(weights, count, children);
      double[] uniform = u.first(Math.max(0, fraction.length - 1));
      int open = 0; // the one particle met so far whose fraction is neither 0 nor 1
      double held = fraction[open];
      for (int next = 1; next < fraction.length; next++) {
        double other = fraction[next];
        double up = least(1 - held, other);
        double down = least(held, 1 - other);
        boolean raise = up + down > 0 && uniform[next - 1] * (up + down) < down;
        double step = raise ? up : -down;
        held += step;
        other -= step;
        if (settled(held)) {
          fraction[open] = held;
          open = next;
          held = other;
        } else {
          fraction[next] = other;
        }
      }
      int missing = count - Arrays.stream(children).sum();
      for (int i = 0; i < fraction.length; i++) {
        if (i != open && fraction[i] > 0.5) {
          children[i]++;
          missing--;
        }
      }
      children[open] += missing; // the fractions sum to a whole number, so the last one is 0 or 1
      return repeat(children, count);
    }
  },
  /** Independent draws: the textbook scheme, noisiest of all; for comparison with papers. */
  MULTINOMIAL {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      double[] sorted = u.first(count);
      Arrays.sort(sorted);
      return invert(weights, sorted);
    }
  };

  private static final double ROUNDING = 1e-12;

  /** How near to a whole number a position must be for its rounding to matter; far too wide. */
  private static final double DOUBT = 1e-6;

  private static boolean settled(double fraction) {
    return fraction < ROUNDING || fraction > 1 - ROUNDING;
  }

  /** The smaller of two numbers that are neither NaN nor -0. */
  private static double least(double a, double b) {
    return a < b ? a : b;
  }

  /** The last particle that may be an ancestor: rounding must never pick one of weight zero. */
  private static int last(double[] weights) {
    int last = weights.length - 1;
    while (last > 0 && weights[last] == 0) {
      last--;
    }
    return last;
  }

  /**
   * How many of the points {@code (i + shift) / count} are under a bound; at most one more than
   * there are. A product tells, unless it is so near to a whole number that its rounding could
   * differ from that of the points.
   */
  private static int points(double bound, int count, double shift) {
    double position = bound * count + (1 - shift);
    int points = (int) position;
    double beyond = position - points;
    return Math.abs(beyond - 0.5) > 0.5 - DOUBT
        ? points(bound, count, shift, Math.min(points, count))
        : points;
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

  /** Ancestors of ascending points under the inverse distribution function of the weights. */
  private static int[] invert(double[] weights, double[] points) {
    int[] ancestors = new int[points.length];
    int last = last(weights);
    int particle = 0;
    double below = weights[0];
    for (int i = 0; i < points.length; i++) {
      while (particle < last && points[i] >= below) {
        below += weights[++particle];
      }
      ancestors[i] = particle;
    }
    return ancestors;
  }

  private static int[] floors(double[] weights, int count) {
    int[] floors = new int[weights.length];
    for (int i = 0; i < floors.length; i++) {
      // A product that rounding left just under a whole number counts as that number.
      floors[i] = (int) (count * weights[i] + ROUNDING);
    }
    return floors;
  }

  private static double[] fractions(double[] weights, int count, int[] floors) {
    double[] fractions = new double[weights.length];
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] = Math.max(0, count * weights[i] - floors[i]);
    }
    return fractions;
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

  /** Fills the places between an ancestor's first child and the next one's. */
  private static int[] spread(int[] ancestors) {
    int ancestor = 0;
    for (int i = 0; i < ancestors.length; i++) {
      ancestor = Math.max(ancestor, ancestors[i]);
      ancestors[i] = ancestor;
    }
    return ancestors;
  }
}
