package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The mean or a quantile of trials with the interval that their design allows.
 *
 * <p>The rules stand in the package's description. Bootstrap intervals of quantiles need 20 units,
 * enough values in the rarer tail ({@code n min(p, 1-p) >= 6.4}: 64 values for p = 0.9), and,
 * within fixed prompts, 4 units a prompt.
 *
 * <p>The quantile of more than 2,048 units within fixed prompts has an interval without resamples.
 *
 * <p>Resampling trials within fixed prompts draws {@code T - 1} of a prompt's {@code T} trials and
 * counts each {@code T / (T - 1)} times (J. N. K. Rao and C. F. J. Wu, JASA 83 (1988) 231-241),
 * which makes the bootstrap variance of a mean unbiased however few trials a prompt has. Percentile
 * ends are taken further out, at the normal probability of Student's quantile (T. Hesterberg, The
 * American Statistician 69 (2015) 371-386), because the spread itself is estimated from few units.
 */
public final class Intervals {
  /** Fewest units of a bootstrap interval, and fewest prompts that are a sample of tasks. */
  static final int UNITS = 20;

  /** Fewest trials of a fixed prompt whose trials are resampled. */
  static final int UNITS_IN_PROMPT = 4;

  private static final double TAIL = 6.4;

  private Intervals() {}

  /** The mean over prompts of the means of their trials; every prompt counts alike. */
  public static Estimate mean(TrialNumbers trials, Confidence c) {
    if (c.timeUniform()) {
      return TimeUniform.mean(trials, c.level());
    }
    return trials
        .meanless()
        .<Estimate>map(r -> r)
        .orElseGet(() -> Scale.estimate(trials, t -> scaledMean(t, c)));
  }

  private static Estimate scaledMean(TrialNumbers trials, Confidence c) {
    if (trials.prompts().size() >= UNITS) {
      return Means.mean(new double[][] {trials.promptMeans()}, c, "prompts");
    }
    Optional<Estimate.Refused> undeclared = trials.undeclared();
    if (undeclared.isPresent()) {
      return undeclared.get();
    }
    if (trials.binary() && trials.independent() && trials.balanced()) {
      double[] x = trials.values();
      int successes = (int) Arrays.stream(x).sum();
      return Proportions.wilson(successes, x.length, c.level(), unit(trials));
    }
    return Means.mean(trials.units().trialMeans(), c, unit(trials));
  }

  /**
   * The quantile of the mixture of prompts; every prompt counts alike.
   *
   * @param p probability, in (0, 1)
   */
  public static Estimate quantile(TrialNumbers trials, double p, Confidence c) {
    if (c.timeUniform()) {
      return TimeUniform.quantile(trials, p, c.level());
    }
    boolean fixed = trials.prompts().size() < UNITS;
    boolean single = trials.prompts().size() == 1;
    TrialNumbers cell = fixed ? trials.units() : trials;
    return cell.independent() && single && cell.balanced()
        ? Inadmissible.estimate(
            List.of(cell),
            cells -> OrderStatistics.quantile(cells.get(0).values(), p, c.level(), unit(cell)))
        : fixed && cell.count() > JointMeans.MANY
            ? Inadmissible.estimate(List.of(cell), cells -> ofMany(cells.get(0), p, c))
            : quantiles(List.of(cell), p, q -> q[0], c);
  }

  /**
   * Between the quantiles at the ends of an interval of the share of values up to the quantile.
   *
   * <p>Source: R. S. Woodruff, JASA 47 (1952) 635-646. From hundreds of units on it is as good as a
   * bootstrap, at the price of three quantiles.
   */
  private static Estimate ofMany(TrialNumbers admitted, double p, Confidence c) {
    Scale scale = Scale.headroom(List.of(admitted));
    TrialNumbers trials = scale.in(admitted);
    double[] values = trials.values();
    double[] weights = trials.weights();
    double value = HarrellDavis.quantile(values, weights, p);
    Means.Moments share = Means.moments(trials.sharesUpTo(value));
    double half =
        share.variance() == 0
            ? 0
            : Means.quantile(share.freedom(), 1 - c.tail()) * Math.sqrt(share.variance());
    if (half == 0 || half >= Math.min(p, 1 - p)) {
      return quantiles(List.of(admitted), p, q -> q[0], c);
    }
    return scale.out(
        Estimate.of(
            value,
            HarrellDavis.quantile(values, weights, p - half),
            HarrellDavis.quantile(values, weights, p + half),
            c.level(),
            "Woodruff, " + unit(trials),
            trials.count()));
  }

  /**
   * A statistic of the quantiles of cells that share their prompts and trials, one in one.
   *
   * @param statistic as a function of the quantile of each cell
   */
  static Estimate quantiles(
      List<TrialNumbers> cells, double p, ToDoubleFunction<double[]> statistic, Confidence c) {
    return Inadmissible.estimate(
        cells,
        admitted -> {
          Scale scale = Scale.headroom(admitted);
          List<TrialNumbers> scaled = admitted.stream().map(scale::in).toList();
          return scale.out(
              scaled.get(0).prompts().size() >= UNITS
                  ? overPrompts(scaled.stream().map(TrialNumbers::pooled).toList(), p, statistic, c)
                  : withinPrompts(scaled, p, statistic, c));
        });
  }

  /** Prompts are drawn as a whole, so each is a single trial here. */
  private static Estimate overPrompts(
      List<TrialNumbers> cells, double p, ToDoubleFunction<double[]> statistic, Confidence c) {
    int n = cells.get(0).count();
    if (fewestValues(cells) < valuesNeeded(p)) {
      return tooFewValues(cells, p, n);
    }
    double[] stars = stars(cells, p, statistic, r -> Resamples.prompts(n, r), c);
    double value = statistic.applyAsDouble(values(cells, p));
    double reach = reach(n, n - 1, c);
    return Bootstrap.percentile(value, stars, c, reach, "HD bootstrap, prompts", n);
  }

  /** The quantile of each cell on the data. */
  private static double[] values(List<TrialNumbers> cells, double p) {
    return cells.stream()
        .mapToDouble(t -> HarrellDavis.quantile(t.values(), t.weights(), p))
        .toArray();
  }

  /** The statistic of every resample, in which each trial counts as often as is drawn. */
  private static double[] stars(
      List<TrialNumbers> cells,
      double p,
      ToDoubleFunction<double[]> statistic,
      Function<SplittableRandom, double[]> draw,
      Confidence c) {
    List<PooledQuantile> quantiles = cells.stream().map(t -> new PooledQuantile(t, p)).toList();
    return Bootstrap.replicates(
        c,
        r -> {
          double[] counts = draw.apply(r);
          return statistic.applyAsDouble(
              quantiles.stream().mapToDouble(q -> q.at(counts)).toArray());
        });
  }

  private static Estimate withinPrompts(
      List<TrialNumbers> cells, double p, ToDoubleFunction<double[]> statistic, Confidence c) {
    TrialNumbers trials = cells.get(0);
    int n = trials.count();
    String unit = unit(trials);
    if (n < UNITS) {
      return new Estimate.Refused(
          "a bootstrap interval needs " + UNITS + " " + unit + "; there are " + n, n);
    }
    int fewest = trials.prompts().stream().mapToInt(q -> q.trials().size()).min().getAsInt();
    if (fewest < UNITS_IN_PROMPT) {
      return new Estimate.Refused(
          "a quantile needs " + UNITS_IN_PROMPT + " " + unit + " each; a prompt has " + fewest, n);
    }
    if (fewestValues(cells) < valuesNeeded(p)) {
      return tooFewValues(cells, p, n);
    }
    double[] values = values(cells, p);
    double freedom =
        IntStream.range(0, values.length)
            .mapToDouble(i -> freedom(cells.get(i), values[i]))
            .min()
            .getAsDouble();
    double reach = Means.quantile(freedom, 1 - c.tail());
    double[] stars = stars(cells, p, statistic, r -> Resamples.withinPrompts(trials, r), c);
    double value = statistic.applyAsDouble(values);
    return Bootstrap.percentile(value, stars, c, reach, "HD bootstrap, " + unit, n);
  }

  /** Degrees of freedom of the share of values at or below the quantile. */
  private static double freedom(TrialNumbers trials, double value) {
    double freedom = Means.moments(trials.sharesUpTo(value)).freedom();
    return Double.isNaN(freedom) ? trials.count() - 1 : freedom;
  }

  /**
   * How far out the ends of a percentile interval lie, in standard deviations of the normal law.
   *
   * @param n units that were resampled, all of them each time
   * @param freedom degrees of freedom of their spread
   */
  static double reach(int n, double freedom, Confidence c) {
    return Means.quantile(freedom, 1 - c.tail()) * Math.sqrt(n / (n - 1.0));
  }

  private static int valuesNeeded(double p) {
    return (int) Math.ceil(TAIL / Math.min(p, 1 - p) - 1e-9);
  }

  private static int fewestValues(List<TrialNumbers> cells) {
    return cells.stream().mapToInt(t -> t.values().length).min().getAsInt();
  }

  private static Estimate tooFewValues(List<TrialNumbers> cells, double p, int n) {
    return new Estimate.Refused(
        "quantile " + p + " needs " + valuesNeeded(p) + " values; there are " + fewestValues(cells),
        n);
  }

  static String unit(TrialNumbers trials) {
    String unit = trials.independent() ? "draws" : "trials";
    return trials.prompts().size() == 1 ? unit : unit + " in fixed prompts";
  }
}
