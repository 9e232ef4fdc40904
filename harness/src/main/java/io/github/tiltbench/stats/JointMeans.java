package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Several numbers of each of many units, whose means are estimated jointly.
 *
 * <p>With 20 or more prompts a row is the mean of a prompt. With fewer, a row is a trial of a fixed
 * prompt, moved so that the difference between prompts does not count: the mean over prompts plus
 * the trial's distance from the mean of its prompt times {@code sqrt(n (n - 1) / (T (T - 1))) / P},
 * with T trials of that prompt, P prompts and n trials in all. The rows then have the mean of the
 * prompt means as their mean, and what a sample of n independent rows says about the variance of
 * that mean, {@code s² / n}, is what the trials within prompts say, {@code sum s_p² / (T_p P²)}.
 *
 * <p>Of very many rows neighbours are put into groups, which are then the rows: independent rows
 * make independent groups with the same mean and the same variance of the mean, and resampling
 * hundreds of them says no less than resampling thousands. Rows of P fixed prompts sum to zero
 * within each, around their mean, so that {@value #GROUPS} groups of them have {@value #GROUPS} - P
 * degrees of freedom.
 *
 * @param rows one array a unit or a group of units, all of one length
 * @param unit what is independent
 * @param freedom degrees of freedom of the spread between rows
 * @param n number of units
 */
record JointMeans(double[][] rows, String unit, int freedom, int n) {
  /** Most units that are resampled one by one. */
  static final int MANY = 2048;

  /** Into how many groups more are put. */
  static final int GROUPS = 512;

  /** Units that are rows. */
  JointMeans(double[][] rows, String unit, int freedom) {
    this(rows, unit, freedom, rows.length);
  }

  /**
   * The rows of units.
   *
   * @param values by prompt, trial and column; finite
   * @throws IllegalArgumentException if {@link #refusal} has something to say
   */
  static JointMeans of(double[][][] values) {
    return ofUnits(values).grouped();
  }

  /** The same with a row a unit, however many there are. */
  static JointMeans ofUnits(double[][][] values) {
    refusal(values, "panel")
        .ifPresent(
            r -> {
              throw new IllegalArgumentException(r.reason());
            });
    for (double[][] prompt : values) {
      Arrays.stream(prompt).forEach(Finite::require);
    }
    double[][] prompts = Arrays.stream(values).map(JointMeans::mean).toArray(double[][]::new);
    if (prompts.length >= Intervals.UNITS) {
      return new JointMeans(prompts, "prompts", prompts.length - 1);
    }
    double[] centre = mean(prompts);
    int n = count(values);
    double[][] rows =
        IntStream.range(0, values.length)
            .boxed()
            .flatMap(
                p ->
                    Arrays.stream(values[p])
                        .map(v -> moved(v, prompts[p], centre, factor(values, p, n))))
            .toArray(double[][]::new);
    String unit = values.length == 1 ? "trials" : "trials in fixed prompts";
    return new JointMeans(rows, unit, n - values.length);
  }

  private static double factor(double[][][] values, int prompt, int n) {
    double trials = values[prompt].length;
    return Math.sqrt(n * (n - 1.0) / (trials * (trials - 1))) / values.length;
  }

  private static double[] moved(double[] x, double[] prompt, double[] centre, double factor) {
    return IntStream.range(0, x.length)
        .mapToDouble(k -> centre[k] + factor * (x[k] - prompt[k]))
        .toArray();
  }

  private static int count(double[][][] values) {
    return Arrays.stream(values).mapToInt(p -> p.length).sum();
  }

  /** Why there is no panel: too few units to resample. */
  static Optional<Estimate.Refused> refusal(double[][][] values, String method) {
    if (values.length >= Intervals.UNITS) {
      return Optional.empty();
    }
    int n = count(values);
    int fewest = Arrays.stream(values).mapToInt(p -> p.length).min().orElse(0);
    if (n < Intervals.UNITS) {
      return Optional.of(
          new Estimate.Refused(
              method + " needs " + Intervals.UNITS + " prompts or trials; there are " + n, n));
    }
    return fewest >= Intervals.UNITS_IN_PROMPT
        ? Optional.empty()
        : Optional.of(
            new Estimate.Refused(
                method
                    + " needs "
                    + Intervals.UNITS_IN_PROMPT
                    + " trials of each prompt; one has "
                    + fewest,
                n));
  }

  /** An estimate from a panel, or the reason why there is none. */
  static Estimate estimate(
      double[][][] values, String method, Function<JointMeans, Estimate> estimate) {
    return refusal(values, method)
        .<Estimate>map(r -> r)
        .orElseGet(() -> estimate.apply(of(values)));
  }

  /** Which of the groups a unit of n belongs to. */
  static int group(int unit, int n) {
    return (int) ((long) unit * GROUPS / n);
  }

  /** This panel, with groups for rows if there are very many. */
  JointMeans grouped() {
    if (rows.length <= MANY) {
      return this;
    }
    double[] mean = means();
    int spread = GROUPS - (n - freedom); // a mean is lost for each fixed prompt, or one
    double[][] moved = new double[GROUPS][width()];
    int[] size = new int[GROUPS];
    for (int i = 0; i < rows.length; i++) {
      int g = group(i, rows.length);
      size[g]++;
      for (int k = 0; k < mean.length; k++) {
        moved[g][k] += rows[i][k] - mean[k];
      }
    }
    double[] off = new double[width()]; // what groups of unlike sizes move the mean by
    for (int g = 0; g < GROUPS; g++) {
      for (int k = 0; k < mean.length; k++) {
        moved[g][k] *= GROUPS * Math.sqrt((double) freedom / n / spread / size[g] / n);
        off[k] += moved[g][k] / GROUPS;
      }
    }
    for (double[] group : moved) {
      for (int k = 0; k < mean.length; k++) {
        group[k] += mean[k] - off[k];
      }
    }
    return new JointMeans(moved, unit, Math.min(freedom, spread), n);
  }

  /** Number of columns. */
  int width() {
    return rows[0].length;
  }

  /** One number of every unit. */
  double[] column(int k) {
    return Arrays.stream(rows).mapToDouble(r -> r[k]).toArray();
  }

  /** The mean of each column. */
  double[] means() {
    return mean(rows);
  }

  private static double[] mean(double[][] rows) {
    double[] sum = new double[rows[0].length];
    boolean[] flat = new boolean[sum.length];
    Arrays.fill(flat, true);
    for (double[] row : rows) {
      for (int k = 0; k < sum.length; k++) {
        sum[k] += row[k] / rows.length;
        flat[k] &= row[k] == rows[0][k];
      }
    }
    for (int k = 0; k < sum.length; k++) {
      sum[k] = flat[k] ? rows[0][k] : sum[k]; // exactly, so that equal values show no spread
    }
    return sum;
  }

  /** The covariance of the means. */
  double[][] covariance() {
    double[] mean = means();
    double units = (double) n / rows.length;
    double[][] sum = new double[width()][width()];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        for (int j = 0; j < mean.length; j++) {
          double product = (row[i] - mean[i]) * (row[j] - mean[j]);
          sum[i][j] += product / (n - 1.0) / n * units * units;
        }
      }
    }
    return sum;
  }

  /** The means of the columns in every resample of rows. */
  double[][] replicates(Confidence c) {
    double[] parts = new double[rows.length * width()]; // of each row in a mean, row after row
    for (int i = 0; i < parts.length; i++) {
      parts[i] = rows[i / width()][i % width()] / rows.length;
    }
    return IntStream.range(0, c.resamples())
        .parallel()
        .mapToObj(i -> resampled(parts, c.generator(i)))
        .toArray(double[][]::new);
  }

  private double[] resampled(double[] parts, SplittableRandom random) {
    double[] sum = new double[width()];
    for (int i = 0; i < rows.length; i++) {
      int from = random.nextInt(rows.length) * sum.length;
      for (int k = 0; k < sum.length; k++) {
        sum[k] += parts[from + k];
      }
    }
    return sum;
  }

  /** How far out the ends of percentile intervals lie, in normal standard deviations. */
  double reach(Confidence c) {
    return Intervals.reach(n, freedom, c);
  }

  /** The percentile interval of a smooth function of the means. */
  Estimate percentile(Confidence c, String method, ToDoubleFunction<double[]> statistic) {
    double[] stars = Arrays.stream(replicates(c)).mapToDouble(statistic).toArray();
    return percentile(statistic.applyAsDouble(means()), stars, c, method);
  }

  /** The percentile interval of a number from its values in all resamples. */
  Estimate percentile(double value, double[] stars, Confidence c, String method) {
    return Bootstrap.percentile(value, stars, c, reach(c), method + ", " + unit, n);
  }
}
