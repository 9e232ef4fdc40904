package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Several numbers from one joint bootstrap: intervals that hold all at once, and p-values that
 * allow for all of them, neither wasting what correlated numbers share.
 *
 * <p>Source: P. H. Westfall and S. S. Young, Resampling-Based Multiple Testing (1993), sections 2.3
 * and 2.8; J. P. Romano and M. Wolf, Econometrica 73 (2005) 1237-1282. Deviations {@code t*_k =
 * (x*_k - x_k) / se_k} are those of the resamples, with their standard deviation as {@code se_k}.
 * Because that is estimated from few units, the quantile of {@code max |t*|} is replaced by
 * Student's at the same probability; for one number this is the percentile interval's correction.
 */
final class MaxT {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private final double[] values;
  private final double[] errors;
  private final double[][] deviations;
  private final JointMeans panel;
  private final Confidence c;

  /**
   * Numbers that are functions of a panel's means.
   *
   * @param values on the data
   * @param stars one array a resample
   */
  MaxT(double[] values, double[][] stars, JointMeans panel, Confidence c) {
    this.values = Finite.require(values).clone();
    this.panel = panel;
    this.c = c;
    this.errors = IntStream.range(0, values.length).mapToDouble(k -> deviation(stars, k)).toArray();
    this.deviations =
        Arrays.stream(stars)
            .map(
                s ->
                    IntStream.range(0, values.length)
                        .mapToDouble(k -> errors[k] == 0 ? 0 : (s[k] - values[k]) / errors[k])
                        .toArray())
            .toArray(double[][]::new);
  }

  private static double deviation(double[][] stars, int k) {
    boolean flat = Arrays.stream(stars).allMatch(s -> s[k] == stars[0][k]);
    double mean = Arrays.stream(stars).mapToDouble(s -> s[k]).average().orElseThrow();
    double squares = Arrays.stream(stars).mapToDouble(s -> (s[k] - mean) * (s[k] - mean)).sum();
    return flat ? 0 : Math.sqrt(squares / (stars.length - 1));
  }

  /** Intervals that contain all their targets at once with the probability of the level. */
  List<Estimate> band() {
    double[] largest = largest(IntStream.range(0, values.length).toArray());
    double critical = student(Quantiles.type6(largest, c.level()));
    return IntStream.range(0, values.length)
        .mapToObj(k -> interval(k, critical * errors[k]))
        .collect(Collectors.toList());
  }

  private Estimate interval(int k, double half) {
    return errors[k] == 0
        ? new Estimate.Refused("no spread: all resamples give the same value", panel.n())
        : Estimate.of(
            values[k],
            values[k] - half,
            values[k] + half,
            c.level(),
            "max-t bootstrap, all " + values.length + " at once, " + panel.unit(),
            panel.n());
  }

  /**
   * Step-down p-values of the hypotheses that a number is zero: for the i-th largest {@code |t|},
   * the share of resamples whose largest deviation over it and all smaller ones reaches it, made
   * monotone, with one added to both counts. A number without spread has the p-value 1.
   */
  double[] adjusted() {
    double[] t = IntStream.range(0, values.length).mapToDouble(this::normal).toArray();
    int[] order =
        IntStream.range(0, t.length)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -t[k]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] p = new double[t.length];
    double worst = 0;
    for (int i = 0; i < t.length; i++) {
      double bound = t[order[i]];
      long count =
          Arrays.stream(largest(Arrays.copyOfRange(order, i, t.length)))
              .filter(m -> m >= bound)
              .count();
      worst = Math.max(worst, (1.0 + count) / (deviations.length + 1.0));
      p[order[i]] = worst;
    }
    return p;
  }

  private double[] largest(int[] which) {
    return Arrays.stream(deviations)
        .mapToDouble(d -> Arrays.stream(which).mapToDouble(k -> Math.abs(d[k])).max().orElse(0))
        .toArray();
  }

  /** Student's quantile at the normal probability of z, for a spread between n units. */
  private double student(double z) {
    double tail = NORMAL.cumulativeProbability(-z);
    return -Means.quantile(panel.freedom(), tail) * inflation();
  }

  /** The inverse of {@link #student} at the observed {@code |t|}. */
  private double normal(int k) {
    if (errors[k] == 0) {
      return 0;
    }
    double t = Math.abs(values[k]) / errors[k] / inflation();
    double tail = Means.probability(panel.freedom(), -t);
    return tail == 0 ? Double.POSITIVE_INFINITY : -NORMAL.inverseCumulativeProbability(tail);
  }

  private double inflation() {
    return Math.sqrt(panel.n() / (panel.n() - 1.0));
  }
}
