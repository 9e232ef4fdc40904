package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * How often the intervals that the harness picks by itself contain the truth.
 *
 * <p>Experiments are repeated on laws whose mean, quantiles and differences are known. A pair
 * shares luck: both cells transform a normal pair with correlation 0.64, and the first is then
 * stretched by 1.2.
 */
final class CoverageStudy {
  private static final double SHARED = 0.8;
  private static final double STRETCH = 1.2;

  private CoverageStudy() {}

  /** What a value is drawn from. */
  enum Law {
    /** Standard normal, independent draws on one prompt. */
    NORMAL,
    /** The exponential of a standard normal, independent draws on one prompt. */
    LOGNORMAL,
    /** Student's law with 3 degrees of freedom, independent draws on one prompt. */
    HEAVY,
    /** Two trials of each of n/2 prompts, normal, half of the variance between prompts. */
    PROMPTS,
    /** Populations of two values on one prompt, normal, half of the variance between them. */
    POPULATIONS;

    private boolean independent() {
      return this != PROMPTS && this != POPULATIONS;
    }

    private double scale() {
      return independent() ? 1 : Math.sqrt(2);
    }

    private double value(double z) {
      return switch (this) {
        case LOGNORMAL -> Math.exp(z);
        case HEAVY -> heavy(z);
        default -> z;
      };
    }

    private double quantile(double p) {
      return value(scale() * new NormalDistribution(null, 0, 1).inverseCumulativeProbability(p));
    }

    private double mean() {
      return this == LOGNORMAL ? Math.exp(0.5) : 0;
    }
  }

  /** Student's quantile with 3 degrees of freedom at the normal probability of z, tabulated. */
  private static double heavy(double z) {
    double at = Math.min(Math.max((z + 6) * 1000, 0), HEAVY.length - 1.001);
    int i = (int) at;
    return HEAVY[i] + (at - i) * (HEAVY[i + 1] - HEAVY[i]);
  }

  private static final double[] HEAVY = table();

  private static double[] table() {
    TDistribution t = new TDistribution(null, 3);
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    return IntStream.rangeClosed(0, 12_000)
        .mapToDouble(
            i -> {
              double z = i / 1000.0 - 6;
              return Math.copySign(
                  t.inverseCumulativeProbability(normal.cumulativeProbability(-Math.abs(z))), z);
            })
        .toArray();
  }

  /** What is estimated. */
  enum Target {
    MEAN,
    MEDIAN,
    QUANTILE_90,
    MEAN_DIFFERENCE,
    MEDIAN_DIFFERENCE;

    private double truth(Law law) {
      return switch (this) {
        case MEAN -> law.mean();
        case MEDIAN -> law.quantile(0.5);
        case QUANTILE_90 -> law.quantile(0.9);
        case MEAN_DIFFERENCE -> (STRETCH - 1) * law.mean();
        case MEDIAN_DIFFERENCE -> (STRETCH - 1) * law.quantile(0.5);
      };
    }

    private Estimate estimate(Matched pair, boolean independent, Confidence c) {
      TrialNumbers first = new TrialNumbers(pair.cells().get(1).prompts(), independent);
      return switch (this) {
        case MEAN -> Intervals.mean(first, c);
        case MEDIAN -> Intervals.quantile(first, 0.5, c);
        case QUANTILE_90 -> Intervals.quantile(first, 0.9, c);
        case MEAN_DIFFERENCE -> Paired.mean(pair, c);
        case MEDIAN_DIFFERENCE -> Paired.quantile(pair, 0.5, c);
      };
    }
  }

  /**
   * One line of the study.
   *
   * @param n number of values of a cell
   * @param methods of all intervals, as they name themselves
   * @param covered how many intervals contained the truth
   * @param below how many lay wholly under it
   * @param above how many lay wholly over it
   */
  record Row(Target target, Law law, int n, String methods, int covered, int below, int above) {
    double coverage() {
      return (double) covered / (covered + below + above);
    }
  }

  /** The experiments of one line, each with its own key. */
  static Row run(Target target, Law law, int n, int experiments, int resamples) {
    double truth = target.truth(law);
    List<Estimate.Interval> intervals =
        IntStream.range(0, experiments)
            .parallel()
            .mapToObj(
                i -> {
                  Confidence c =
                      new Confidence(0.95, resamples, i).keyed(target + "/" + law + "/" + n);
                  return target.estimate(pair(law, n, c.generator(-1)), law.independent(), c);
                })
            .map(Estimate.Interval.class::cast)
            .toList();
    int below = (int) intervals.stream().filter(e -> e.high() < truth).count();
    int above = (int) intervals.stream().filter(e -> e.low() > truth).count();
    String methods =
        intervals.stream()
            .map(Estimate.Interval::method)
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(" or "));
    return new Row(target, law, n, methods, experiments - below - above, below, above);
  }

  /** A header and a line for each row. */
  static String csv(List<Row> rows) {
    StringBuilder text =
        new StringBuilder("target,law,n,method,experiments,coverage,standard_error,below,above\n");
    for (Row r : rows) {
      int all = r.covered() + r.below() + r.above();
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,\"%s\",%d,%.4f,%.4f,%.4f,%.4f\n",
              r.target().name().toLowerCase(Locale.ROOT),
              r.law().name().toLowerCase(Locale.ROOT),
              r.n(),
              r.methods(),
              all,
              r.coverage(),
              Math.sqrt(r.coverage() * (1 - r.coverage()) / all),
              (double) r.below() / all,
              (double) r.above() / all));
    }
    return text.toString();
  }

  private static Matched pair(Law law, int n, SplittableRandom random) {
    int size = law == Law.POPULATIONS ? 2 : 1;
    int trials = law == Law.PROMPTS ? 2 : n / size;
    Map<Matched.Unit, WeightedDraws> first = new LinkedHashMap<>();
    Map<Matched.Unit, WeightedDraws> second = new LinkedHashMap<>();
    double[] prompt = new double[2];
    for (int unit = 0; unit < n / size; unit++) {
      if (law == Law.PROMPTS && unit % trials == 0) {
        prompt = normals(random);
      }
      double[] centre = law == Law.POPULATIONS ? normals(random) : prompt;
      List<double[]> values = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        double[] z = normals(random);
        values.add(new double[] {law.value(centre[0] + z[0]), law.value(centre[1] + z[1])});
      }
      Matched.Unit key = new Matched.Unit("p" + unit / trials, unit % trials);
      first.put(key, WeightedDraws.of(values.stream().mapToDouble(v -> STRETCH * v[0]).toArray()));
      second.put(key, WeightedDraws.of(values.stream().mapToDouble(v -> v[1]).toArray()));
    }
    return Matched.of(List.of(first, second));
  }

  /** Two standard normals that share some of their luck. */
  private static double[] normals(SplittableRandom random) {
    double shared = SHARED * random.nextGaussian();
    double own = Math.sqrt(1 - SHARED * SHARED);
    return new double[] {
      shared + own * random.nextGaussian(), shared + own * random.nextGaussian()
    };
  }

  /** Every target on every law at every size. */
  static List<Row> all(int experiments, int resamples, int... sizes) {
    List<Row> rows = new ArrayList<>();
    for (Target target : Target.values()) {
      for (Law law : Law.values()) {
        for (int n : sizes) {
          rows.add(run(target, law, n, experiments, resamples));
        }
      }
    }
    return rows;
  }
}
