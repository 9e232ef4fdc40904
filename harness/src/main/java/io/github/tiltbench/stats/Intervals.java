package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The mean or a quantile of trials with the interval that their design allows.
 *
 * <p>The rules stand in the package's description. Bootstrap intervals of quantiles need 20 units,
 * enough values in the rarer tail ({@code n min(p, 1-p) >= 6.4}: 64 values for p = 0.9), and,
 * within fixed prompts, 4 units a prompt.
 *
 * <p>Resampling trials within fixed prompts draws {@code T - 1} of a prompt's {@code T} trials and
 * counts each {@code T / (T - 1)} times (J. N. K. Rao and C. F. J. Wu, JASA 83 (1988) 231-241),
 * which makes the bootstrap variance of a mean unbiased however few trials a prompt has. Percentile
 * ends are taken further out, at the normal probability of Student's quantile (T. Hesterberg, The
 * American Statistician 69 (2015) 371-386), because the spread itself is estimated from few units.
 */
public final class Intervals {
  private static final int UNITS = 20;
  private static final int UNITS_IN_PROMPT = 4;
  private static final int PROMPTS_FOR_T = 30;
  private static final double TAIL = 6.4;

  private Intervals() {}

  /** The mean over prompts of the means of their trials; every prompt counts alike. */
  public static Estimate mean(Trials trials, Confidence c) {
    double[] prompts = trials.promptMeans();
    if (prompts.length >= PROMPTS_FOR_T) {
      return Means.student(prompts, c.level(), "prompts");
    }
    if (prompts.length >= UNITS) {
      return Bca.interval(prompts, x -> Arrays.stream(x).average().orElseThrow(), c, "prompts");
    }
    if (trials.independent() && trials.balanced() && trials.binary()) {
      double[] x = trials.values();
      int successes = (int) Arrays.stream(x).sum();
      return Proportions.wilson(successes, x.length, c.level(), unit(trials));
    }
    return Means.student(trials.units().trialMeans(), c.level(), unit(trials));
  }

  /**
   * The quantile of the mixture of prompts; every prompt counts alike.
   *
   * @param p probability, in (0, 1)
   */
  public static Estimate quantile(Trials trials, double p, Confidence c) {
    if (trials.prompts().size() >= UNITS) {
      return overPrompts(trials, p, c);
    }
    if (trials.independent() && trials.balanced()) {
      return OrderStatistics.quantile(trials.values(), p, c.level(), unit(trials));
    }
    return withinPrompts(trials.units(), p, c);
  }

  private static Estimate overPrompts(Trials trials, double p, Confidence c) {
    int n = trials.prompts().size();
    if (trials.values().length < valuesNeeded(p)) {
      return tooFewValues(trials, p, n);
    }
    double reach = Means.quantile(n - 1, 1 - c.tail()) * Math.sqrt(n / (n - 1.0));
    return bootstrap(trials, p, c, reach, "prompts", n, r -> Resamples.prompts(trials, r));
  }

  private static Estimate withinPrompts(Trials trials, double p, Confidence c) {
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
    if (trials.values().length < valuesNeeded(p)) {
      return tooFewValues(trials, p, n);
    }
    double value = HarrellDavis.quantile(trials.values(), trials.weights(), p);
    double freedom = Means.moments(trials.sharesUpTo(value)).freedom();
    double reach = Means.quantile(Double.isNaN(freedom) ? n - 1 : freedom, 1 - c.tail());
    return bootstrap(trials, p, c, reach, unit, n, r -> Resamples.withinPrompts(trials, r));
  }

  private static Estimate bootstrap(
      Trials trials,
      double p,
      Confidence c,
      double reach,
      String unit,
      int n,
      Function<SplittableRandom, double[]> counts) {
    double value = HarrellDavis.quantile(trials.values(), trials.weights(), p);
    PooledQuantile pooled = new PooledQuantile(trials, p);
    double[] stars = Bootstrap.replicates(c, r -> pooled.at(counts.apply(r)));
    return Bootstrap.percentile(value, stars, c, reach, "HD bootstrap, " + unit, n);
  }

  private static int valuesNeeded(double p) {
    return (int) Math.ceil(TAIL / Math.min(p, 1 - p) - 1e-9);
  }

  private static Estimate tooFewValues(Trials trials, double p, int n) {
    int size = trials.values().length;
    return new Estimate.Refused(
        "quantile " + p + " needs " + valuesNeeded(p) + " values; there are " + size, n);
  }

  private static String unit(Trials trials) {
    String unit = trials.independent() ? "draws" : "trials";
    return trials.prompts().size() == 1 ? unit : unit + " in fixed prompts";
  }
}
