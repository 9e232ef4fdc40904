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
import org.apache.commons.math3.analysis.solvers.BisectionSolver;
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
    POPULATIONS,
    /** Minus a lognormal value with the standard deviation 1.5, independent draws. */
    LONG_LEFT,
    /** 0 in 70 % of draws, else exponential. */
    ZEROS,
    /** 0 in 90 % of draws, else 1 plus an exponential. */
    RARE,
    /** Normal about 0 in 85 % of draws, else about 4, with the standard deviation 0.3. */
    TWO_MODES,
    /** 0 in 95 % of draws, else 10. */
    TWO_VALUES,
    /** Normal about the number of the prompt. */
    UNEQUAL;

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
        case LONG_LEFT -> -Math.exp(1.5 * z);
        case ZEROS -> above(z, 0.7) ? exponential(z, 0.7) : 0;
        case RARE -> above(z, 0.9) ? 1 + exponential(z, 0.9) : 0;
        case TWO_MODES -> above(z, 0.85) ? 4 + within(z, 0.85, 1) : within(z, 0, 0.85);
        case TWO_VALUES -> above(z, 0.95) ? 10 : 0;
        default -> z;
      };
    }

    private double quantile(double p, int prompts) {
      if (this != UNEQUAL) {
        return value(scale() * NORMAL_LAW.inverseCumulativeProbability(p));
      }
      return new BisectionSolver(1e-9)
          .solve(
              200,
              q ->
                  IntStream.range(0, prompts)
                          .mapToDouble(k -> NORMAL_LAW.cumulativeProbability(q - k))
                          .average()
                          .orElseThrow()
                      - p,
              -9,
              9 + prompts);
    }

    private double mean() {
      return switch (this) {
        case LOGNORMAL -> Math.exp(0.5);
        case LONG_LEFT -> -Math.exp(1.125);
        case ZEROS -> 0.3;
        case RARE -> 0.2;
        case TWO_MODES -> 0.6;
        case TWO_VALUES -> 0.5;
        default -> 0;
      };
    }
  }

  private static final NormalDistribution NORMAL_LAW = new NormalDistribution(null, 0, 1);

  private static boolean above(double z, double p) {
    return NORMAL_LAW.cumulativeProbability(z) > p;
  }

  /** The exponential value at the place of z among those above the p-quantile. */
  private static double exponential(double z, double p) {
    return -Math.log(NORMAL_LAW.cumulativeProbability(-z) / (1 - p));
  }

  /** A normal value with the standard deviation 0.3 at the place of z between two quantiles. */
  private static double within(double z, double from, double to) {
    double u = (NORMAL_LAW.cumulativeProbability(z) - from) / (to - from);
    return 0.3 * NORMAL_LAW.inverseCumulativeProbability(Math.max(1e-12, Math.min(1 - 1e-12, u)));
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

    private double truth(Law law, int prompts) {
      return switch (this) {
        case MEAN -> law.mean();
        case MEDIAN -> law.quantile(0.5, prompts);
        case QUANTILE_90 -> law.quantile(0.9, prompts);
        case MEAN_DIFFERENCE -> (STRETCH - 1) * law.mean();
        case MEDIAN_DIFFERENCE -> (STRETCH - 1) * law.quantile(0.5, prompts);
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
   * @param prompts over which the values are spread evenly
   * @param n number of values of a cell
   * @param methods of all intervals, as they name themselves
   * @param refused how many experiments had no interval
   * @param covered how many intervals contained the truth
   * @param below how many lay wholly under it
   * @param above how many lay wholly over it
   * @param noted how many said that they may cover less often
   * @param unwarned how many missed the truth without having said so
   */
  record Row(
      Target target,
      Law law,
      int prompts,
      int n,
      String methods,
      int refused,
      int covered,
      int below,
      int above,
      int noted,
      int unwarned) {
    int intervals() {
      return covered + below + above;
    }

    double coverage() {
      return (double) covered / intervals();
    }
  }

  /** The experiments of one line, each with its own key. */
  static Row run(Target target, Law law, int prompts, int n, int experiments, int resamples) {
    double truth = target.truth(law, prompts);
    String key = target + "/" + law + "/" + n + (prompts == 1 ? "" : "/" + prompts);
    List<Estimate.Interval> intervals =
        IntStream.range(0, experiments)
            .parallel()
            .mapToObj(
                i -> {
                  Confidence c = new Confidence(0.95, resamples, i).keyed(key);
                  Matched pair = pair(law, prompts, n, c.generator(-1));
                  return target.estimate(pair, law.independent(), c);
                })
            .filter(Estimate.Interval.class::isInstance)
            .map(Estimate.Interval.class::cast)
            .toList();
    int below = (int) intervals.stream().filter(e -> e.high() < truth).count();
    int above = (int) intervals.stream().filter(e -> e.low() > truth).count();
    List<Estimate.Interval> plain =
        intervals.stream().filter(e -> !e.method().contains(Estimate.NOTE)).toList();
    String methods =
        intervals.stream()
            .map(e -> e.method().split(Estimate.NOTE, -1)[0])
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(" or "));
    return new Row(
        target,
        law,
        prompts,
        n,
        methods,
        experiments - intervals.size(),
        intervals.size() - below - above,
        below,
        above,
        intervals.size() - plain.size(),
        (int) plain.stream().filter(e -> e.high() < truth || e.low() > truth).count());
  }

  /** A header and a line for each row. */
  static String csv(List<Row> rows) {
    StringBuilder text =
        new StringBuilder(
            "target,law,prompts,n,method,experiments,refused,coverage,standard_error,below,above,"
                + "noted,missed_unnoted\n");
    for (Row r : rows) {
      double all = r.intervals();
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%d,\"%s\",%d,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f\n",
              r.target().name().toLowerCase(Locale.ROOT),
              r.law().name().toLowerCase(Locale.ROOT),
              r.prompts(),
              r.n(),
              r.methods(),
              r.intervals() + r.refused(),
              r.refused() / (all + r.refused()),
              r.coverage(),
              Math.sqrt(r.coverage() * (1 - r.coverage()) / all),
              r.below() / all,
              r.above() / all,
              r.noted() / all,
              r.unwarned() / all));
    }
    return text.toString();
  }

  private static Matched pair(Law law, int prompts, int n, SplittableRandom random) {
    int size = law == Law.POPULATIONS ? 2 : 1;
    int trials = n / size / prompts;
    Map<TrialNumbers.Unit, WeightedDraws> first = new LinkedHashMap<>();
    Map<TrialNumbers.Unit, WeightedDraws> second = new LinkedHashMap<>();
    double[] prompt = new double[2];
    for (int unit = 0; unit < n / size; unit++) {
      if (law == Law.PROMPTS && unit % trials == 0) {
        prompt = normals(random);
      }
      double[] centre = law == Law.POPULATIONS ? normals(random) : prompt;
      List<double[]> values = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        double[] z = normals(random);
        double shift = law == Law.UNEQUAL ? unit / trials : 0;
        values.add(
            new double[] {
              shift + law.value(centre[0] + z[0]), shift + law.value(centre[1] + z[1])
            });
      }
      TrialNumbers.Unit key = new TrialNumbers.Unit("p" + unit / trials, unit % trials);
      first.put(key, WeightedDraws.of(values.stream().mapToDouble(v -> STRETCH * v[0]).toArray()));
      second.put(key, WeightedDraws.of(values.stream().mapToDouble(v -> v[1]).toArray()));
    }
    return Matched.of(
        List.of(TrialNumbers.of(first, false, false), TrialNumbers.of(second, false, false)));
  }

  /** Two standard normals that share some of their luck. */
  private static double[] normals(SplittableRandom random) {
    double shared = SHARED * random.nextGaussian();
    double own = Math.sqrt(1 - SHARED * SHARED);
    return new double[] {
      shared + own * random.nextGaussian(), shared + own * random.nextGaussian()
    };
  }

  /** Every target on common laws at every size. */
  static List<Row> all(int experiments, int resamples, int... sizes) {
    List<Row> rows = new ArrayList<>();
    for (Target target : Target.values()) {
      for (Law law : List.of(Law.NORMAL, Law.LOGNORMAL, Law.HEAVY, Law.PROMPTS, Law.POPULATIONS)) {
        for (int n : sizes) {
          rows.add(run(target, law, law == Law.PROMPTS ? n / 2 : 1, n, experiments, resamples));
        }
      }
    }
    return rows;
  }

  /** Means, and differences of them, of few values: 10, 20 and 48 on a prompt, 8 on each of six. */
  static List<Row> few(int experiments, int resamples) {
    List<Row> rows = new ArrayList<>();
    for (Target target : List.of(Target.MEAN, Target.MEAN_DIFFERENCE)) {
      for (Law law : Law.values()) {
        if (law.independent() && law != Law.UNEQUAL) {
          for (int n : new int[] {10, 20, 48}) {
            rows.add(run(target, law, 1, n, experiments, resamples));
          }
          rows.add(run(target, law, 6, 48, experiments, resamples));
        }
      }
    }
    return rows;
  }

  /** Quantiles of draws from six fixed prompts. */
  static List<Row> fixed(int experiments, int resamples) {
    List<Row> rows = new ArrayList<>();
    for (Law law : List.of(Law.NORMAL, Law.LOGNORMAL, Law.UNEQUAL)) {
      rows.add(run(Target.MEDIAN, law, 6, 48, experiments, resamples));
      rows.add(run(Target.MEDIAN, law, 6, 120, experiments, resamples));
      rows.add(run(Target.QUANTILE_90, law, 6, 120, experiments, resamples));
    }
    return rows;
  }
}
