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
      return invert(weights, count, i -> (i + shift) / count);
    }
  },
  /** One uniform a stratum: never noisier than multinomial, for every function. */
  STRATIFIED {
    @Override
    public int[] ancestors(double[] weights, int count, Uniforms u) {
      return invert(weights, count, i -> (i + u.at(i)) / count);
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
      int open = 0; // the one particle met so far whose fraction is neither 0 nor 1
      for (int next = 1; next < fraction.length; next++) {
        double up = Math.min(1 - fraction[open], fraction[next]);
        double down = Math.min(fraction[open], 1 - fraction[next]);
        boolean raise = up + down > 0 && u.at(next - 1) * (up + down) < down;
        double step = raise ? up : -down;
        fraction[open] += step;
        fraction[next] -= step;
        open = settled(fraction[open]) ? next : open;
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
      double[] sorted = new double[count];
      for (int i = 0; i < count; i++) {
        sorted[i] = u.at(i);
      }
      Arrays.sort(sorted);
      return invert(weights, count, i -> sorted[i]);
    }
  };

  private static final double ROUNDING = 1e-12;

  private interface Points {
    double at(int i);
  }

  private static boolean settled(double fraction) {
    return fraction < ROUNDING || fraction > 1 - ROUNDING;
  }

  /** Ancestors of ascending points under the inverse distribution function of the weights. */
  private static int[] invert(double[] weights, int count, Points points) {
    int[] ancestors = new int[count];
    int last = weights.length - 1;
    while (last > 0 && weights[last] == 0) {
      last--; // rounding must never pick a particle of weight zero
    }
    int particle = 0;
    double below = weights[0];
    for (int i = 0; i < count; i++) {
      double point = points.at(i);
      while (particle < last && point >= below) {
        below += weights[++particle];
      }
      ancestors[i] = particle;
    }
    return ancestors;
  }

  private static int[] floors(double[] weights, int count) {
    // A product that rounding left just under a whole number counts as that number.
    return Arrays.stream(weights).mapToInt(w -> (int) Math.floor(count * w + ROUNDING)).toArray();
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
    for (int i = 0; i < children.length; i++) {
      Arrays.fill(ancestors, at, at + children[i], i);
      at += children[i];
    }
    return ancestors;
  }
}
