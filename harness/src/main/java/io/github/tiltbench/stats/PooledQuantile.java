package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;

/**
 * The weighted Harrell-Davis quantile of pooled trials as a function of how often each trial
 * counts.
 *
 * <p>Values are sorted once; a resample only changes counts, so it costs one pass. The beta law is
 * that of the original effective size: like a bandwidth, it is part of the estimator and is kept
 * fixed while resampling. It is tabulated and read linearly. The nodes include every multiple of
 * one over the number of values, so equally weighted values meet the exact law, and elsewhere a
 * node lies every 1/50 of the law's standard deviation or closer.
 *
 * <p>Of many values only the few that lie where the law has its mass matter to a resample. They are
 * found by what each trial weighs in each of some blocks of the sorted values; what is left out on
 * the lower side is less than {@link #NOTHING} of the range of the values.
 */
final class PooledQuantile {
  /** Values that are walked through as a whole; more are divided into blocks. */
  private static final int FEW = 8192;

  /** What rounding would swallow. */
  private static final double NOTHING = 1e-17;

  /** Adding to a block is this much cheaper than walking over a value, as measured. */
  private static final int CHEAPER = 16;

  private final double[] values;
  private final int[] trial;
  private final double[] weights;
  private final double[] cdf;
  private final int block;
  private final double[][] masses;

  PooledQuantile(TrialNumbers trials, double p) {
    this(trials, p, FEW);
  }

  /** The same with a say in how many values are walked through as a whole. */
  PooledQuantile(TrialNumbers trials, double p, int few) {
    double[] pooled = trials.values();
    double[] weight = trials.weights();
    int[] owner = owners(trials.draws().toList(), pooled.length);
    int[] order = HarrellDavis.order(pooled);
    this.values = Arrays.stream(order).mapToDouble(i -> pooled[i]).toArray();
    this.weights = Arrays.stream(order).mapToDouble(i -> weight[i]).toArray();
    this.trial = Arrays.stream(order).map(i -> owner[i]).toArray();
    this.cdf = table(values.length, HarrellDavis.effectiveSize(weights), p);
    this.block = values.length <= few ? values.length : block(values.length, trials.count());
    this.masses = masses(trials.count());
  }

  /** Values in a block, so that blocks of all trials and values of a block cost about the same. */
  private static int block(int values, int trials) {
    int blocks = (int) Math.ceil(Math.sqrt((double) CHEAPER * values / trials));
    return (values + blocks - 1) / blocks;
  }

  /** What each trial weighs in each block. */
  private double[][] masses(int trials) {
    double[][] masses = new double[trials][(values.length + block - 1) / block];
    for (int i = 0; i < values.length; i++) {
      masses[trial[i]][i / block] += weights[i];
    }
    return masses;
  }

  private static int[] owners(List<WeightedDraws> trials, int size) {
    int[] owner = new int[size];
    int from = 0;
    for (int t = 0; t < trials.size(); t++) {
      Arrays.fill(owner, from, from + trials.get(t).size(), t);
      from += trials.get(t).size();
    }
    return owner;
  }

  private static double[] table(int values, double size, double p) {
    double deviation = Math.sqrt(p * (1 - p) / (size + 2));
    int nodes = values * (int) Math.ceil(50 / (deviation * values));
    double[] cdf = new double[nodes + 2]; // one more, so that rounding may pass the end
    cdf[nodes + 1] = 1;
    for (int i = 0; i <= nodes; i++) {
      double t = (double) i / nodes;
      double z = (t - p) / deviation;
      cdf[i] = z < -12 ? 0 : z > 12 ? 1 : HarrellDavis.cdf(t, size, p);
    }
    return cdf;
  }

  /** The quantile when trial {@code k} counts {@code counts[k]} times. */
  double at(double[] counts) {
    double[] starts = starts(counts);
    double scale = (cdf.length - 2) / starts[starts.length - 1];
    double sum = 0;
    for (int b = 0; b < starts.length - 1; b++) {
      boolean below = read(starts[b + 1] * scale) < NOTHING;
      boolean above = read(starts[b] * scale) == 1;
      if (!below && !above) {
        sum = walked(sum, b, starts[b] * scale, scale, counts);
      }
    }
    return values[0] + sum;
  }

  /** The cumulative weight at which each block starts, and the total. */
  private double[] starts(double[] counts) {
    if (block == values.length) {
      double total = 0;
      for (int i = 0; i < values.length; i++) {
        total += counts[trial[i]] * weights[i];
      }
      return new double[] {0, total};
    }
    double[] starts = new double[masses[0].length + 1];
    for (int t = 0; t < counts.length; t++) {
      double count = counts[t];
      double[] mass = masses[t];
      if (count > 0) {
        for (int b = 0; b < mass.length; b++) {
          starts[b + 1] += count * mass[b];
        }
      }
    }
    for (int b = 1; b < starts.length; b++) {
      starts[b] += starts[b - 1];
    }
    return starts;
  }

  /** A sum with what the values of a block add to it. */
  private double walked(double sum, int b, double start, double scale, double[] counts) {
    double with = sum;
    double position = start;
    double before = read(position);
    double least = values[0];
    int end = Math.min(values.length, (b + 1) * block);
    for (int i = b * block; i < end; i++) {
      position += counts[trial[i]] * weights[i] * scale;
      double now = read(position);
      with += (now - before) * (values[i] - least);
      before = now;
    }
    return with;
  }

  private double read(double position) {
    int i = (int) position;
    return cdf[i] + (position - i) * (cdf[i + 1] - cdf[i]);
  }
}
