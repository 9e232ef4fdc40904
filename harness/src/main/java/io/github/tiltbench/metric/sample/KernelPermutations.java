package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Bootstrap;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Proportions;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The p-value of the hypothesis that samples and reference have one law: the cubic {@link
 * KernelDistance}, under which no interval is a test, against its values when all points are dealt
 * anew to the two sides (A. Gretton et al., JMLR 13 (2012) 723-773, section 3).
 *
 * <p>{@code p = (1 + #{permuted >= observed}) / (1 + R)} with R = {@value #PERMUTATIONS}; its
 * interval is that of the draw of permutations, by Clopper and Pearson, and not of the data. Each
 * side has at most {@value #MOST} points, evenly from all; fewer points make the test weaker, not
 * wrong. Samples that share ancestors cannot be dealt anew and are refused, as are fewer than 50 on
 * a side. Where samples come in equal numbers of each prompt they vary less than the test supposes,
 * which makes it cautious.
 */
public record KernelPermutations() implements Distance<Reference> {
  static final int PERMUTATIONS = 999;
  private static final int MOST = 250;
  private static final int LEAST = 50;
  private static final Confidence DRAWS =
      new Confidence(0.95, PERMUTATIONS, 0).keyed("kernel test");

  @Override
  public String name() {
    return "kd-p";
  }

  @Override
  public Estimate estimate(Cloud cloud, Reference reference, double level) {
    if (cloud.byUnit().stream().anyMatch(u -> u.size() > 1)) {
      return cloud.refused("samples that share ancestors cannot be dealt anew to both sides");
    }
    double[][] samples = thinned(cloud.pooled(-1).rows());
    double[][] others = reference.thinned(MOST).rows();
    if (Math.min(samples.length, others.length) < LEAST) {
      return cloud.refused(
          "a permutation test needs "
              + LEAST
              + " samples on either side and has "
              + Math.min(samples.length, others.length));
    }
    int reached = reached(samples, others);
    double p = (1.0 + reached) / (1 + PERMUTATIONS);
    Estimate.Interval draw =
        (Estimate.Interval)
            Proportions.clopperPearson(1 + reached, 1 + PERMUTATIONS, level, "permutations");
    return new Estimate.Interval(
        p,
        Math.min(p, draw.low()),
        Math.max(p, draw.high()),
        level,
        PERMUTATIONS + " permutations, Clopper-Pearson of their draw",
        samples.length);
  }

  private static double[][] thinned(double[][] rows) {
    int every = (rows.length + MOST - 1) / MOST;
    return IntStream.range(0, rows.length)
        .filter(i -> i % every == 0)
        .mapToObj(i -> rows[i])
        .toArray(double[][]::new);
  }

  /** How many of the permutations have at least the distance of the data. */
  static int reached(double[][] samples, double[][] others) {
    double[][] all = Arrays.copyOf(samples, samples.length + others.length);
    System.arraycopy(others, 0, all, samples.length, others.length);
    double[][] k = new double[all.length][all.length];
    for (int i = 0; i < all.length; i++) {
      for (int j = 0; j < i; j++) {
        double base = Vectors.dot(all[i], all[j]) / all[i].length + 1;
        k[i][j] = base * base * base;
      }
    }
    int[] order = IntStream.range(0, all.length).toArray();
    double bound = distance(k, order, samples.length);
    double slack = 1e-9 * Math.abs(bound);
    double[] permuted = Bootstrap.permuted(DRAWS, all.length, o -> distance(k, o, samples.length));
    return (int) Arrays.stream(permuted).filter(d -> d >= bound - slack).count();
  }

  /** The unbiased squared discrepancy of the first points in an order from the rest of them. */
  static double distance(double[][] lower, int[] order, int first) {
    boolean[] sample = new boolean[order.length];
    for (int i = 0; i < first; i++) {
      sample[order[i]] = true;
    }
    double within = 0;
    double without = 0;
    double cross = 0;
    for (int i = 0; i < lower.length; i++) {
      for (int j = 0; j < i; j++) {
        if (sample[i] != sample[j]) {
          cross += lower[i][j];
        } else if (sample[i]) {
          within += lower[i][j];
        } else {
          without += lower[i][j];
        }
      }
    }
    double m = first;
    double n = order.length - m;
    return 2 * within / (m * (m - 1)) + 2 * without / (n * (n - 1)) - 2 * cross / (m * n);
  }
}
