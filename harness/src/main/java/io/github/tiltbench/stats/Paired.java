package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How one cell differs from another that met the same prompts and the same noise.
 *
 * <p>Everything is computed from units (prompt, repetition), each of which has one trial in either
 * cell: shared luck cancels in their differences. The unit of an interval and of a test is that of
 * {@link Intervals}: the prompt from 20 prompts on, the trial within fixed prompts under that.
 * Comparisons are refused when a trial lacks its partner.
 */
public final class Paired {
  private static final int UNITS_FOR_WILSON = 10;

  private Paired() {}

  /** The mean of the first cell minus that of the second; every prompt counts alike. */
  public static Estimate mean(Matched pair, Confidence c) {
    return c.timeUniform()
        ? TimeUniform.difference(pair, c.level())
        : meanless(pair)
            .orElseGet(() -> Scale.estimate(pair, p -> Intervals.mean(trials(differences(p)), c)));
  }

  /**
   * A quantile of the first cell minus the same quantile of the second, by Harrell and Davis.
   *
   * @param p probability, in (0, 1)
   */
  public static Estimate quantile(Matched pair, double p, Confidence c) {
    return refused(pair).orElseGet(() -> Intervals.quantiles(pair.cells(), p, q -> q[0] - q[1], c));
  }

  /**
   * The win rate {@code P(A > B) + P(A = B) / 2} of a draw of the first cell against one of the
   * second within a unit, averaged over units and then over prompts.
   *
   * <p>A rate lies in [0, 1] whatever the scores are, and rates of units in between only make it
   * surer. Wilson's interval where every prompt is won or lost as a whole, or where there are fewer
   * than 20 prompts with equally many units and no unit is split; else the percentile bootstrap.
   */
  public static Estimate winRate(Matched pair, Confidence c) {
    return c.timeUniform()
        ? TimeUniform.winRate(pair, c.level())
        : refused(pair).orElseGet(() -> wins(pair, c));
  }

  private static Estimate wins(Matched pair, Confidence c) {
    double[][] wins = pair.units(t -> t.get(0).beats(t.get(1)));
    TrialNumbers trials = trials(wins);
    double[] prompts = trials.promptMeans();
    if (prompts.length >= UNITS_FOR_WILSON && Arrays.stream(prompts).allMatch(Paired::decided)) {
      return Proportions.wilson(
          (int) Math.round(Arrays.stream(prompts).sum()), prompts.length, c.level(), "prompts");
    }
    if (prompts.length < Intervals.UNITS
        && trials.balanced()
        && Arrays.stream(trials.values()).allMatch(Paired::decided)) {
      double[] units = trials.values();
      return Proportions.wilson(
          (int) Math.round(Arrays.stream(units).sum()),
          units.length,
          c.level(),
          Intervals.unit(trials));
    }
    // resamples of trials moved to a common centre can leave the range of a rate
    return JointMeans.estimate(
        stack(wins),
        "a win rate",
        panel -> panel.percentile(c, "bootstrap", m -> Math.max(0, Math.min(1, m[0]))));
  }

  private static boolean decided(double share) {
    return share == 0 || share == 1;
  }

  /**
   * The mean difference over the standard deviation of the differences between units: how far apart
   * the cells are against what a single unit tells.
   */
  public static Estimate effect(Matched pair, Confidence c) {
    return meanless(pair)
        .orElseGet(() -> effect(stack(differences(Scale.of(pair.cells()).in(pair))), c));
  }

  private static Estimate effect(double[][][] differences, Confidence c) {
    Optional<Estimate.Refused> refused = JointMeans.refusal(differences, "an effect size");
    if (refused.isPresent()) {
      return refused.get();
    }
    JointMeans units = JointMeans.ofUnits(differences);
    double[] x = units.column(0);
    return x.length <= JointMeans.MANY
        ? Bca.interval(x, Paired::standardised, c, units.unit())
        : ofMany(x, units, c);
  }

  /** An effect as a function of two means, so that very many units can be put into groups. */
  private static Estimate ofMany(double[] x, JointMeans units, Confidence c) {
    double centre = Means.average(x);
    double unbiased = x.length / (x.length - 1.0);
    return new JointMeans(
            Arrays.stream(x)
                .mapToObj(v -> new double[] {v, (v - centre) * (v - centre)})
                .toArray(double[][]::new),
            units.unit(),
            units.freedom())
        .grouped()
        .percentile(
            c,
            "bootstrap",
            m -> m[0] / Math.sqrt((m[1] - (m[0] - centre) * (m[0] - centre)) * unbiased));
  }

  /** NaN for values that are all equal, of which rounding would make a large number. */
  private static double standardised(double[] x) {
    if (Means.flat(x)) {
      return Double.NaN;
    }
    double mean = Sums.mean(x);
    return mean / Math.sqrt(Sums.squares(x, mean) / (x.length - 1));
  }

  /** The sign-flip test of the mean difference; its statistic is the mean difference. */
  public static TestResult signFlips(Matched pair, Confidence c) {
    Optional<Estimate.Refused> refused = two(pair).meanless();
    if (refused.isPresent()) {
      return new TestResult.Refused(refused.get().reason(), refused.get().n());
    }
    Scale scale = Scale.of(pair.cells());
    TrialNumbers differences = trials(differences(scale.in(pair)));
    return scale.out(SignFlips.test(parts(differences), c, unit(differences)));
  }

  /** What each independent unit contributes to the mean difference. */
  private static double[] parts(TrialNumbers differences) {
    if (differences.prompts().size() >= Intervals.UNITS) {
      double[] prompts = differences.promptMeans();
      return Arrays.stream(prompts).map(v -> v / prompts.length).toArray();
    }
    double[] values = differences.values();
    double[] weights = differences.weights();
    return IntStream.range(0, values.length).mapToDouble(i -> weights[i] * values[i]).toArray();
  }

  private static String unit(TrialNumbers trials) {
    return trials.prompts().size() >= Intervals.UNITS ? "prompts" : Intervals.unit(trials);
  }

  private static Optional<Estimate> refused(Matched pair) {
    return two(pair).gap().map(reason -> new Estimate.Refused(reason, pair.n()));
  }

  private static Optional<Estimate> meanless(Matched pair) {
    return two(pair).meanless().map(r -> r);
  }

  private static Matched two(Matched pair) {
    if (pair.cells().size() != 2) {
      throw new IllegalArgumentException("a pair has 2 cells, not " + pair.cells().size());
    }
    return pair;
  }

  /** Differences of the trials' means, one array a prompt. */
  static double[][] differences(Matched pair) {
    return pair.units(t -> t.get(0).mean() - t.get(1).mean());
  }

  /** One number a unit, as the trials of a cell of their own. */
  private static TrialNumbers trials(double[][] units) {
    return new TrialNumbers(
        IntStream.range(0, units.length)
            .mapToObj(
                p ->
                    new TrialNumbers.Prompt(
                        "prompt " + (p + 1),
                        Arrays.stream(units[p]).mapToObj(WeightedDraws::of).toList()))
            .toList(),
        false);
  }

  /** The same numbers as the only column of a panel. */
  private static double[][][] stack(double[][] units) {
    return Arrays.stream(units)
        .map(p -> Arrays.stream(p).mapToObj(v -> new double[] {v}).toArray(double[][]::new))
        .toArray(double[][][]::new);
  }
}
