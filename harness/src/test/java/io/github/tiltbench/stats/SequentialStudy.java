package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How often intervals contain the truth at all looks of a run, those that hold at all rounds and
 * those for a fixed number of trials, and how many rounds a run takes that stops by them.
 */
final class SequentialStudy {
  private static final double LEVEL = 0.95;
  private static final double Z = 1.959963984540054;
  private static final int MEMBERS = 8;
  private static final NormalDistribution GAUSS = new NormalDistribution(null, 0, 1);

  private static final double[] ABOUT_HALF = QuantileSequence.nodes(0.5);
  private static final double[] ABOUT_TENTHS = QuantileSequence.nodes(0.9);
  private static final double[] ANYWHERE = Bets.nodes(0.5, 0.5);

  private SequentialStudy() {}

  /** What a round's draws are from. */
  enum Law {
    /** A standard normal. */
    NORMAL,
    /** The exponential of a standard normal. */
    LOGNORMAL,
    /** 1 in 10 % of draws, else 0. */
    BINARY,
    /** 0 in 70 % of draws, else exponential. */
    ZERO_INFLATED,
    /** Eight normal values, half of whose variance they share. */
    CLUSTERED,
    /** Eight values 0 or 1, those below the 0.3 quantile of the same normal values. */
    CLUSTERED_BINARY,
    /** Eight lognormal values, half of whose logarithm's variance they share. */
    CLUSTERED_LOGNORMAL;

    private boolean clustered() {
      return this == CLUSTERED || this == CLUSTERED_BINARY || this == CLUSTERED_LOGNORMAL;
    }

    private double[] round(SplittableRandom r) {
      if (!clustered()) {
        return new double[] {value(r, r.nextGaussian())};
      }
      double shared = r.nextGaussian();
      return IntStream.range(0, MEMBERS)
          .mapToDouble(i -> value(r, Math.sqrt(0.5) * (shared + r.nextGaussian())))
          .toArray();
    }

    private double value(SplittableRandom r, double normal) {
      return switch (this) {
        case NORMAL, CLUSTERED -> normal;
        case LOGNORMAL, CLUSTERED_LOGNORMAL -> Math.exp(normal);
        case BINARY -> r.nextDouble() < 0.1 ? 1 : 0;
        case ZERO_INFLATED -> r.nextDouble() < 0.7 ? 0 : -Math.log1p(-r.nextDouble());
        case CLUSTERED_BINARY -> normal < GAUSS.inverseCumulativeProbability(0.3) ? 1 : 0;
      };
    }

    private double mean() {
      return switch (this) {
        case NORMAL, CLUSTERED -> 0;
        case LOGNORMAL, CLUSTERED_LOGNORMAL -> Math.exp(0.5);
        case BINARY -> 0.1;
        case ZERO_INFLATED -> 0.3;
        case CLUSTERED_BINARY -> 0.3;
      };
    }

    private double quantile(double p) {
      return switch (this) {
        case NORMAL, CLUSTERED -> GAUSS.inverseCumulativeProbability(p);
        case LOGNORMAL, CLUSTERED_LOGNORMAL -> Math.exp(GAUSS.inverseCumulativeProbability(p));
        case ZERO_INFLATED -> p <= 0.7 ? 0 : -Math.log((1 - p) / 0.3);
        default -> throw new IllegalArgumentException("no quantile of " + this);
      };
    }
  }

  /** What is estimated. */
  enum Target {
    MEDIAN,
    UPPER_DECILE,
    SHARE,
    MEAN;

    private double truth(Law law) {
      return switch (this) {
        case MEDIAN -> law.quantile(0.5);
        case UPPER_DECILE -> law.quantile(0.9);
        case SHARE, MEAN -> law.mean();
      };
    }
  }

  /**
   * How often the truth lay in the interval at every look.
   *
   * @param naive the same for intervals for a fixed number of trials
   */
  record Coverage(
      Target target,
      Law law,
      int first,
      int last,
      int looks,
      int studies,
      double all,
      double naive) {
    double error(double coverage) {
      return Math.sqrt(coverage * (1 - coverage) / studies);
    }
  }

  /** All pairs of a target and a law that it has, looks an eighth apart. */
  static List<Coverage> coverages(int studies, int most, int mostOfMeans) {
    List<Coverage> all = new ArrayList<>();
    for (Law law : List.of(Law.NORMAL, Law.LOGNORMAL, Law.ZERO_INFLATED, Law.CLUSTERED)) {
      all.add(coverage(Target.MEDIAN, law, studies, 16, most));
      all.add(coverage(Target.UPPER_DECILE, law, studies, 16, most));
    }
    all.add(coverage(Target.SHARE, Law.BINARY, studies, 16, most));
    all.add(coverage(Target.SHARE, Law.CLUSTERED_BINARY, studies, 16, most));
    for (Law law : Law.values()) {
      int first = TimeUniform.leastRounds(law.clustered() ? MEMBERS : 1);
      all.add(coverage(Target.MEAN, law, studies, first, mostOfMeans));
    }
    return all;
  }

  private static int place(Enum<?> constant) {
    return List.of(constant.getDeclaringClass().getEnumConstants()).indexOf(constant);
  }

  static Coverage coverage(Target target, Law law, int studies, int first, int last) {
    int[] looks = looks(first, last);
    int[] covered = new int[2];
    for (int study = 0; study < studies; study++) {
      SplittableRandom r = new SplittableRandom(31L * study + 7L * place(law) + place(target));
      double[][] rounds =
          IntStream.range(0, last)
              .mapToObj(i -> law.round(r))
              .map(round -> target == Target.MEAN ? new double[] {mean(round)} : round)
              .toArray(double[][]::new);
      double truth = target.truth(law);
      covered[0] +=
          Arrays.stream(looks).allMatch(t -> covers(target, law, rounds, t, truth)) ? 1 : 0;
      covered[1] += Arrays.stream(looks).allMatch(t -> in(truth, naive(target, rounds, t))) ? 1 : 0;
    }
    return new Coverage(
        target,
        law,
        first,
        last,
        looks.length,
        studies,
        (double) covered[0] / studies,
        (double) covered[1] / studies);
  }

  private static int[] looks(int first, int last) {
    return IntStream.concat(
            IntStream.iterate(first, t -> t < last, t -> t + Math.max(1, t / 8)),
            IntStream.of(last))
        .toArray();
  }

  private static boolean in(double truth, double[] ends) {
    return ends[0] <= truth && truth <= ends[1];
  }

  /**
   * Whether an interval at a round has the truth in it. Of clusters that is whether the evidence
   * against the truth is small, which costs less than to find the ends.
   */
  private static boolean covers(Target target, Law law, double[][] all, int t, double truth) {
    if (!law.clustered() || target == Target.MEAN) {
      return in(truth, uniform(target, law, all, t));
    }
    double[] shares =
        Arrays.stream(all, 0, t)
            .mapToDouble(
                round ->
                    Arrays.stream(round)
                        .map(v -> target == Target.SHARE ? v : v <= truth ? 1 : 0)
                        .average()
                        .orElseThrow())
            .toArray();
    double evidence =
        switch (target) {
          case MEDIAN -> Bets.ofRounds(shares, 0.5, ABOUT_HALF);
          case UPPER_DECILE -> Bets.ofRounds(shares, 0.9, ABOUT_TENTHS);
          default -> Bets.ofRounds(shares, truth, ANYWHERE);
        };
    return evidence < -Math.log1p(-LEVEL);
  }

  static double[] uniform(Target target, Law law, double[][] all, int t) {
    return switch (target) {
      case MEDIAN -> QuantileSequence.interval(rounds(law, all, t), 0.5, LEVEL);
      case UPPER_DECILE -> QuantileSequence.interval(rounds(law, all, t), 0.9, LEVEL);
      case SHARE -> ends(TimeUniform.mean(rounds(law, all, t).numbers(true), LEVEL));
      case MEAN -> {
        double[] means = means(all, t);
        int tightest = 4 * TimeUniform.leastRounds(law.clustered() ? MEMBERS : 1);
        yield about(means, TimeUniform.reach(t, tightest, LEVEL));
      }
    };
  }

  /** A law without clusters has independent draws; members of a cluster are those of one trial. */
  private static Rounds rounds(Law law, double[][] all, int t) {
    return new Rounds(
        Arrays.stream(all, 0, t).map(v -> List.of(WeightedDraws.of(v))).toList(), !law.clustered());
  }

  /** Order statistics and Wilson's interval of all draws, the normal interval of round means. */
  private static double[] naive(Target target, double[][] all, int t) {
    double[] draws = Arrays.stream(all, 0, t).flatMapToDouble(Arrays::stream).sorted().toArray();
    return switch (target) {
      case MEDIAN -> ordered(draws, 0.5);
      case UPPER_DECILE -> ordered(draws, 0.9);
      case SHARE ->
          ends(Proportions.wilson((int) Arrays.stream(draws).sum(), draws.length, LEVEL, "draws"));
      case MEAN -> about(means(all, t), Z / Math.sqrt(t));
    };
  }

  private static double[] ordered(double[] sorted, double p) {
    return OrderStatistics.ranks(sorted.length, p, LEVEL)
        .map(r -> new double[] {sorted[r.lower() - 1], sorted[r.upper() - 1]})
        .orElse(new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY});
  }

  private static double[] ends(Estimate e) {
    Estimate.Interval i = (Estimate.Interval) e;
    return new double[] {i.low(), i.high()};
  }

  private static double[] means(double[][] all, int t) {
    return Arrays.stream(all, 0, t).mapToDouble(SequentialStudy::mean).toArray();
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  private static double[] about(double[] x, double reach) {
    double mean = mean(x);
    double sd =
        Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1));
    return new double[] {mean - reach * sd, mean + reach * sd};
  }

  /**
   * The rounds of runs that stop when a contrast is decided.
   *
   * @param effect the mean difference in standard deviations of a round, normal
   * @param mean of the rounds at which a run stopped
   * @param error its standard error
   * @param late the rounds that 90 % of runs do with
   * @param right share of runs that were decided for the better one
   * @param fixed80 the rounds that a fixed design needs for 80 % power, if it knows the effect
   * @param fixed99 the same for 99 %
   */
  record Stop(
      String by,
      double effect,
      int first,
      int last,
      int studies,
      double mean,
      double error,
      int late,
      double right,
      int fixed80,
      int fixed99) {}

  static List<Stop> stops(int studies) {
    List<Stop> all = new ArrayList<>();
    for (double effect : new double[] {0.1, 0.2, 0.4, 0.8}) {
      all.add(stop("difference", effect, TimeUniform.leastRounds(1), 4096, studies));
      all.add(stop("difference", effect, TimeUniform.leastRounds(MEMBERS), 4096, studies));
      all.add(stop("wins", effect, 16, 4096, studies));
    }
    return all;
  }

  private static Stop stop(String by, double effect, int first, int last, int studies) {
    int[] looks = looks(first, last);
    double[] stopped = new double[studies];
    int right = 0;
    for (int study = 0; study < studies; study++) {
      SplittableRandom r = new SplittableRandom(study);
      double[] d = IntStream.range(0, last).mapToDouble(i -> effect + r.nextGaussian()).toArray();
      stopped[study] = last;
      for (int look : looks) {
        int decided = by.equals("wins") ? wins(d, look) : difference(d, look, 4 * first);
        if (decided != 0) {
          stopped[study] = look;
          right += decided > 0 ? 1 : 0;
          break;
        }
      }
    }
    double mean = Arrays.stream(stopped).average().orElseThrow();
    double squares = Arrays.stream(stopped).map(v -> (v - mean) * (v - mean)).sum();
    Arrays.sort(stopped);
    return new Stop(
        by,
        effect,
        first,
        last,
        studies,
        mean,
        Math.sqrt(squares / (studies - 1) / studies),
        (int) stopped[(int) Math.ceil(0.9 * studies) - 1],
        (double) right / studies,
        fixed(effect, 0.8),
        fixed(effect, 0.99));
  }

  private static int difference(double[] d, int t, int tightest) {
    double[] ends = about(Arrays.copyOf(d, t), TimeUniform.reach(t, tightest, LEVEL));
    return ends[0] > 0 ? 1 : ends[1] < 0 ? -1 : 0;
  }

  private static int wins(double[] d, int t) {
    long won = Arrays.stream(d, 0, t).filter(v -> v > 0).count();
    boolean decided = Bets.ofDraws((double) won, t, 0.5, 0.5, 0.5) >= -Math.log1p(-LEVEL);
    return decided ? (2 * won > t ? 1 : -1) : 0;
  }

  private static int fixed(double effect, double power) {
    double z = Z + GAUSS.inverseCumulativeProbability(power);
    return (int) Math.ceil(z * z / (effect * effect));
  }

  static String csv(List<Coverage> coverages) {
    return "target,law,first_round,last_round,looks,studies,coverage,standard_error,"
        + "fixed_n_coverage,fixed_n_standard_error\n"
        + coverages.stream()
            .map(
                c ->
                    String.format(
                        Locale.ROOT,
                        "%s,%s,%d,%d,%d,%d,%.3f,%.3f,%.3f,%.3f\n",
                        name(c.target()),
                        name(c.law()),
                        c.first(),
                        c.last(),
                        c.looks(),
                        c.studies(),
                        c.all(),
                        c.error(c.all()),
                        c.naive(),
                        c.error(c.naive())))
            .collect(Collectors.joining());
  }

  static String stopsCsv(List<Stop> stops) {
    return "decided_by,effect_sd,first_round,last_round,studies,mean_rounds,ci_low,ci_high,"
        + "rounds_of_90_percent,decided_rightly,fixed_n_80_percent_power,fixed_n_99_percent_power\n"
        + stops.stream()
            .map(
                s ->
                    String.format(
                        Locale.ROOT,
                        "%s,%.1f,%d,%d,%d,%.0f,%.0f,%.0f,%d,%.3f,%d,%d\n",
                        s.by(),
                        s.effect(),
                        s.first(),
                        s.last(),
                        s.studies(),
                        s.mean(),
                        s.mean() - Z * s.error(),
                        s.mean() + Z * s.error(),
                        s.late(),
                        s.right(),
                        s.fixed80(),
                        s.fixed99()))
            .collect(Collectors.joining());
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
