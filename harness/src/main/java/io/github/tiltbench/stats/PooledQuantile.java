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
 */
final class PooledQuantile {
  private final double[] values;
  private final int[] trial;
  private final double[] weights;
  private final double[] cdf;

  PooledQuantile(Trials trials, double p) {
    double[] pooled = trials.values();
    double[] weight = trials.weights();
    int[] owner = owners(trials.draws().toList(), pooled.length);
    int[] order = HarrellDavis.order(pooled);
    this.values = Arrays.stream(order).mapToDouble(i -> pooled[i]).toArray();
    this.weights = Arrays.stream(order).mapToDouble(i -> weight[i]).toArray();
    this.trial = Arrays.stream(order).map(i -> owner[i]).toArray();
    this.cdf = table(values.length, HarrellDavis.effectiveSize(weights), p);
  }

  private static int[] owners(List<Draws> trials, int size) {
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
    double[] cdf = new double[nodes + 1];
    for (int i = 0; i <= nodes; i++) {
      double t = (double) i / nodes;
      double z = (t - p) / deviation;
      cdf[i] = z < -12 ? 0 : z > 12 ? 1 : HarrellDavis.cdf(t, size, p);
    }
    return cdf;
  }

  /** The quantile when trial {@code k} counts {@code counts[k]} times. */
  double at(double[] counts) {
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      total += counts[trial[i]] * weights[i];
    }
    double scale = (cdf.length - 1) / total;
    double sum = 0;
    double position = 0;
    double before = 0;
    for (int i = 0; i < values.length; i++) {
      double weight = counts[trial[i]] * weights[i];
      if (weight > 0) {
        position += weight * scale;
        double now = read(position);
        sum += (now - before) * (values[i] - values[0]);
        before = now;
      }
    }
    return values[0] + sum;
  }

  private double read(double position) {
    int i = (int) position;
    if (i >= cdf.length - 1) {
      return 1;
    }
    return cdf[i] + (position - i) * (cdf[i + 1] - cdf[i]);
  }
}
