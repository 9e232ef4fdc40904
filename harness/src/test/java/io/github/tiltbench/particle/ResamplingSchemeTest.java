package io.github.tiltbench.particle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.random.Uniforms;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplingSchemeTest {
  private static final double[] WEIGHTS = {0.05, 0, 0.31, 0.14, 0.27, 0.001, 0.229};

  private static Uniforms uniforms(int draw) {
    return new Seed(11).noise(Purpose.RESAMPLE, 0).uniforms(draw);
  }

  /** The definition: ancestor i is the first particle whose sum of weights is over its point. */
  @Test
  void systematicInvertsTheDistributionFunction() {
    for (int draw = 0; draw < 500; draw++) {
      int n = 1 + draw % 40;
      double[] log = new double[n];
      if (draw % 3 > 0) { // else equal weights, whose sums are points up to rounding
        new Seed(3).noise(Purpose.PRIOR, 0).normals(draw, log, 0, n);
      }
      double[] weights = new Weights(log).normalised();
      int count = 1 + draw % 70;
      double shift = draw % 5 == 0 ? 0x1p-54 : uniforms(draw).at(0);
      int[] expected = new int[count];
      int particle = 0;
      double below = weights[0];
      for (int i = 0; i < count; i++) {
        while (particle < n - 1 && (i + shift) / count >= below) {
          below += weights[++particle];
        }
        expected[i] = particle;
      }
      assertArrayEquals(
          expected, ResamplingScheme.SYSTEMATIC.ancestors(weights, count, i -> shift));
    }
  }

  /** The definition, step by step: two fractions meet until one of them is 0 or 1. */
  @Test
  void sspLetsFractionsMeet() {
    for (int draw = 0; draw < 500; draw++) {
      int n = 1 + draw % 40;
      double[] log = new double[n];
      if (draw % 3 > 0) { // else equal weights
        new Seed(3).noise(Purpose.PRIOR, 0).normals(draw, log, 0, n);
      }
      double[] weights = new Weights(log).normalised();
      int count = 1 + draw % 70;
      Uniforms u = uniforms(draw);
      int[] expected = new int[n];
      double[] fraction = new double[n];
      for (int i = 0; i < n; i++) {
        expected[i] = (int) (count * weights[i] + 1e-9);
        fraction[i] = Math.max(0, count * weights[i] - expected[i]);
      }
      int open = 0;
      for (int next = 1; next < n; next++) {
        double up = Math.min(1 - fraction[open], fraction[next]);
        double down = Math.min(fraction[open], 1 - fraction[next]);
        double step = u.at(next - 1) * (up + down) < down ? up : -down;
        fraction[open] += step;
        fraction[next] -= step;
        boolean settled = fraction[open] < 1e-9 || fraction[open] > 1 - 1e-9;
        open = settled ? next : open;
      }
      for (int i = 0; i < n; i++) {
        expected[i] += (int) Math.round(fraction[i]);
      }
      double[] counts = counts(ResamplingScheme.SSP.ancestors(weights, count, u), n);
      for (int i = 0; i < n; i++) {
        assertEquals(expected[i], counts[i], "draw " + draw + ", particle " + i);
      }
    }
  }

  /** The definition: points in order, each with the first particle whose sum of weights is over. */
  @ParameterizedTest
  @EnumSource(
      value = ResamplingScheme.class,
      names = {"MULTINOMIAL", "STRATIFIED", "RESIDUAL"})
  void pointsFallToParticlesByTheirSums(ResamplingScheme scheme) {
    for (int draw = 0; draw < 1000; draw++) {
      double[] weights = weights(draw);
      int n = weights.length;
      int count = 1 + draw % 70;
      int[] children = new int[n];
      double[] shares = weights.clone();
      int surely = 0;
      if (scheme == ResamplingScheme.RESIDUAL) {
        for (int i = 0; i < n; i++) {
          children[i] = (int) (count * weights[i] + 1e-12);
          surely += children[i];
          shares[i] = Math.abs(count * weights[i] - children[i]);
        }
        double rest = Arrays.stream(shares).sum();
        shares = Arrays.stream(shares).map(s -> s / rest).toArray();
      }
      Uniforms u = draw % 7 == 0 ? ends(draw) : uniforms(draw);
      double[] points = u.first(count - surely);
      if (scheme == ResamplingScheme.STRATIFIED) {
        Arrays.setAll(points, i -> (i + points[i]) / count);
      }
      Arrays.sort(points);
      int last = n - 1;
      while (last > 0 && shares[last] == 0) {
        last--;
      }
      int particle = 0;
      double below = shares[0];
      for (double point : points) {
        while (particle < last && point >= below) {
          below += shares[++particle];
        }
        children[particle]++;
      }
      double[] found = counts(scheme.ancestors(weights, count, u), n);
      for (int i = 0; i < n; i++) {
        assertEquals(children[i], found[i], scheme + ", draw " + draw + ", particle " + i);
      }
    }
  }

  /** Weights of all kinds: uneven, equal, in binary fractions that points can meet, with zeros. */
  private static double[] weights(int draw) {
    int n = 1 + draw % 40;
    double[] log = new double[n];
    if (draw % 3 > 0) {
      new Seed(3).noise(Purpose.PRIOR, 0).normals(draw, log, 0, n);
    }
    for (int i = 1; draw % 5 == 0 && i < n; i += 2) {
      log[i] = Double.NEGATIVE_INFINITY;
    }
    return new Weights(log).normalised();
  }

  /** Uniforms that are as near to 0 and to 1 as there are, or binary fractions. */
  private static Uniforms ends(int draw) {
    double[] ends = {0x1p-54, 1 - 0x1p-53, 0.5, 0.25, 0.75, 0.125};
    return i -> ends[(i * 5 + draw) % ends.length];
  }

  private static double[] counts(int[] ancestors, int particles) {
    double[] counts = new double[particles];
    for (int a : ancestors) {
      counts[a]++;
    }
    return counts;
  }

  /** E[count_i] = N W_i within 4.5 standard errors, for more, as many and fewer children. */
  @ParameterizedTest
  @EnumSource(ResamplingScheme.class)
  void everySchemeIsUnbiased(ResamplingScheme scheme) {
    int draws = 40_000;
    for (int children : new int[] {3, 7, 20}) {
      double[] sum = new double[WEIGHTS.length];
      double[] squares = new double[WEIGHTS.length];
      for (int d = 0; d < draws; d++) {
        double[] counts = counts(scheme.ancestors(WEIGHTS, children, uniforms(d)), WEIGHTS.length);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += counts[i];
          squares[i] += counts[i] * counts[i];
        }
      }
      for (int i = 0; i < sum.length; i++) {
        double mean = sum[i] / draws;
        double se = Math.sqrt(Math.max(1e-12, squares[i] / draws - mean * mean) / draws);
        assertEquals(children * WEIGHTS[i], mean, 4.5 * se + 1e-9, scheme + " particle " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ResamplingScheme.class)
  void ancestorsAreSortedAndNeverDead(ResamplingScheme scheme) {
    for (int d = 0; d < 2000; d++) {
      int[] a = scheme.ancestors(WEIGHTS, 9, uniforms(d));
      assertEquals(9, a.length);
      int[] sorted = a.clone();
      Arrays.sort(sorted);
      assertArrayEquals(sorted, a);
      assertTrue(Arrays.stream(a).noneMatch(i -> i == 1), "a particle of weight zero survived");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ResamplingScheme.class,
      names = {"SYSTEMATIC", "SSP"})
  void countsAreFloorsOrCeilings(ResamplingScheme scheme) {
    for (int d = 0; d < 2000; d++) {
      double[] counts = counts(scheme.ancestors(WEIGHTS, 50, uniforms(d)), WEIGHTS.length);
      for (int i = 0; i < counts.length; i++) {
        assertTrue(Math.abs(counts[i] - 50 * WEIGHTS[i]) < 1 + 1e-9, scheme + " particle " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ResamplingScheme.class,
      names = {"SYSTEMATIC", "STRATIFIED", "RESIDUAL", "SSP"})
  void equalWeightsKeepEveryone(ResamplingScheme scheme) {
    double[] equal = new double[49]; // 49 * (1/49) is not 1 in doubles
    Arrays.fill(equal, 1.0 / 49);
    int[] everyone = new int[49];
    Arrays.setAll(everyone, i -> i);
    for (int d = 0; d < 200; d++) {
      assertArrayEquals(everyone, scheme.ancestors(equal, 49, uniforms(d)));
    }
  }

  /**
   * Weights that end in the middle of a stratum make each child a coin; coins of different strata
   * are uncorrelated, within 4.5 standard errors of a correlation.
   */
  @Test
  void strataMoveIndependently() {
    double[] weights = {0.125, 0.25, 0.25, 0.25, 0.125};
    int draws = 10_000;
    double[][] products = new double[4][4];
    for (int d = 0; d < draws; d++) {
      int[] a = ResamplingScheme.STRATIFIED.ancestors(weights, 4, uniforms(d));
      for (int i = 0; i < 4; i++) {
        assertTrue(a[i] == i || a[i] == i + 1, "a child left its stratum");
        for (int j = 0; j < i; j++) {
          products[i][j] += (a[i] == i ? 1.0 : -1.0) * (a[j] == j ? 1 : -1) / draws;
        }
      }
    }
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < i; j++) {
        assertEquals(0, products[i][j], 4.5 / Math.sqrt(draws), "strata " + i + " and " + j);
      }
    }
  }

  @Test
  void systematicIsNoNoisierThanMultinomial() {
    double[] variance = new double[2];
    ResamplingScheme[] schemes = {ResamplingScheme.SYSTEMATIC, ResamplingScheme.MULTINOMIAL};
    for (int s = 0; s < 2; s++) {
      for (int d = 0; d < 5000; d++) {
        double count = counts(schemes[s].ancestors(WEIGHTS, 20, uniforms(d)), 7)[2];
        variance[s] += (count - 20 * WEIGHTS[2]) * (count - 20 * WEIGHTS[2]) / 5000;
      }
    }
    assertTrue(variance[0] < 0.25 + 1e-9);
    assertEquals(20 * 0.31 * 0.69, variance[1], 0.35);
  }
}
