package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Intervals that hold at all rounds at once, so that a run may be looked at after any round and
 * stopped for what is seen. They speak about new rounds on the same prompts.
 *
 * <p>Quantiles, shares and win rates are exact from the first round on ({@link Bets}). Means are
 * asymptotic: with the mean m and the standard deviation s of t round means,
 *
 * <pre>  m ± s sqrt(2(tρ²+1)/(t²ρ²) log(sqrt(tρ²+1)/α)),  ρ² = (-2 log α + log(1-2 log α)) / t*,
 * </pre>
 *
 * (I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy and A. Ramdas, Ann. Statist. 52 (2024)
 * 2613-2640), tightest at round t*, four times the {@link #leastRounds}, before which there is
 * none: from 128 rounds on the intervals of a mean of lognormal values covered 92 % of 4,000 runs
 * to 2,048 rounds, from 256 on 95 %.
 */
public final class TimeUniform {
  /** What the name of each of these methods begins with. */
  public static final String METHOD = "time-uniform";

  /** Why a number with another interval is none here. */
  public static final String FIXED =
      "its interval holds for a fixed number of trials only, and these were stopped by a rule";

  private static final int LEAST = 256;
  private static final int LEAST_OF_MANY = 64;
  private static final int MANY = 8;
  private static final String DRAWS = METHOD + ", draws in rounds";
  private static final String ROUNDS = METHOD + ", rounds";
  private static final String NONE = "no round is complete";

  private TimeUniform() {}

  /** The first round at which a mean has an interval: 256, or 64 where a round has 8 prompts. */
  public static int leastRounds(int prompts) {
    return prompts >= MANY ? LEAST_OF_MANY : LEAST;
  }

  /** The estimate itself if its interval holds at all rounds, or a refusal. */
  public static Estimate required(Estimate e) {
    return e instanceof Estimate.Interval i && !i.method().startsWith(METHOD)
        ? new Estimate.Refused(FIXED, i.n())
        : e;
  }

  /**
   * The quantile of the mixture of prompts.
   *
   * @param p probability, in (0, 1)
   */
  public static Estimate quantile(TrialNumbers trials, double p, double level) {
    Rounds rounds = Rounds.of(trials);
    return rounds.count() == 0
        ? new Estimate.Refused(NONE, 0)
        : Inadmissible.estimate(
            List.of(rounds.numbers(trials.binary())),
            cells -> quantile(Rounds.of(cells.get(0)), cells.get(0), p, level));
  }

  private static Estimate quantile(Rounds rounds, TrialNumbers cell, double p, double level) {
    double[] ends = QuantileSequence.interval(rounds, p, level);
    int n = n(rounds);
    if (Double.isInfinite(ends[0]) || Double.isInfinite(ends[1])) {
      return new Estimate.Refused(
          "its time-uniform interval has no "
              + (Double.isInfinite(ends[0]) ? "lower" : "upper")
              + " end at round "
              + rounds.count(),
          n);
    }
    Scale scale = Scale.headroom(List.of(cell));
    TrialNumbers scaled = scale.in(cell);
    double value = scale.out(HarrellDavis.quantile(scaled.values(), scaled.weights(), p));
    return of(value, ends, level, rounds.independent() ? DRAWS : ROUNDS, n);
  }

  /** The mean over prompts of the means of their trials; exact for values declared 0 or 1. */
  public static Estimate mean(TrialNumbers trials, double level) {
    Rounds rounds = Rounds.of(trials);
    if (rounds.count() == 0) {
      return new Estimate.Refused(NONE, 0);
    }
    TrialNumbers numbers = rounds.numbers(trials.binary());
    if (!trials.binary()) {
      return numbers
          .meanless()
          .<Estimate>map(r -> r)
          .orElseGet(
              () ->
                  Scale.estimate(
                      numbers, t -> mean(Rounds.of(t).means(), rounds.prompts(), level)));
    }
    return numbers.undeclared().<Estimate>map(r -> r).orElseGet(() -> share(rounds, level));
  }

  private static Estimate share(Rounds rounds, double level) {
    double[] shares = rounds.means();
    if (!rounds.independent()) {
      return share(shares, level);
    }
    double seen = Arrays.stream(shares).average().orElseThrow();
    int n = n(rounds);
    double[] ends =
        Bets.interval(
            seen, p -> Bets.ofDraws(Math.rint(seen * n), n, p, 0.5, 0.5), -Math.log1p(-level));
    return of(seen, ends, level, DRAWS, n);
  }

  /** The mean of rounds whose shares lie in [0, 1]. */
  private static Estimate share(double[] shares, double level) {
    double seen = Arrays.stream(shares).average().orElseThrow();
    double[] nodes = Bets.nodes(0.5, 0.5);
    double[] ends = Bets.interval(seen, p -> Bets.ofRounds(shares, p, nodes), -Math.log1p(-level));
    return of(seen, ends, level, ROUNDS, shares.length);
  }

  /** The mean of the first cell minus that of the second. */
  static Estimate difference(Matched pair, double level) {
    return meanless(pair)
        ? new Estimate.Refused("there is no mean: some values are -infinity", pair.count())
        : Scale.estimate(
            pair,
            p ->
                paired(
                    p,
                    (a, b) -> a.mean() - b.mean(),
                    d -> mean(d, p.cells().get(0).prompts().size(), level)));
  }

  private static boolean meanless(Matched pair) {
    return pair.cells().stream().anyMatch(c -> c.meanless().isPresent());
  }

  /** How often a draw of the first cell exceeds one of the second, ties counting half. */
  static Estimate winRate(Matched pair, double level) {
    return paired(pair, WeightedDraws::beats, wins -> share(wins, level));
  }

  private interface Reading {
    double of(WeightedDraws first, WeightedDraws second);
  }

  private static Estimate paired(
      Matched pair, Reading reading, Function<double[], Estimate> estimate) {
    Rounds first = Rounds.of(pair.cells().get(0));
    Rounds second = Rounds.of(pair.cells().get(1));
    int count = Math.min(first.count(), second.count());
    return count == 0
        ? new Estimate.Refused(NONE, 0)
        : estimate.apply(
            IntStream.range(0, count)
                .mapToDouble(r -> round(first.trials().get(r), second.trials().get(r), reading))
                .toArray());
  }

  private static double round(
      List<WeightedDraws> first, List<WeightedDraws> second, Reading reading) {
    return IntStream.range(0, first.size())
        .mapToDouble(p -> reading.of(first.get(p), second.get(p)))
        .average()
        .orElseThrow();
  }

  private static Estimate mean(double[] rounds, int prompts, double level) {
    int t = rounds.length;
    int least = leastRounds(prompts);
    if (t < least) {
      return new Estimate.Refused(
          "a mean has a time-uniform interval from round " + least + " on; there are " + t, t);
    }
    if (Means.flat(rounds)) {
      return new Estimate.Refused("all rounds have the same mean, which tells no spread", t);
    }
    double mean = Arrays.stream(rounds).average().orElseThrow();
    double squares = Arrays.stream(rounds).map(v -> (v - mean) * (v - mean)).sum();
    double reach = Math.sqrt(squares / (t - 1)) * reach(t, 4 * least, level);
    return of(mean, new double[] {mean - reach, mean + reach}, level, ROUNDS, t);
  }

  /**
   * The half-width at a round, in standard deviations of a round.
   *
   * @param tightest t*
   */
  static double reach(int t, int tightest, double level) {
    double log = Math.log1p(-level); // of α
    double square = (-2 * log + Math.log(1 - 2 * log)) / tightest;
    double a = t * square + 1;
    return Math.sqrt(2 * a / ((double) t * t * square) * (Math.log(a) / 2 - log));
  }

  private static int n(Rounds rounds) {
    return rounds.independent()
        ? rounds.trials().stream()
            .mapToInt(r -> r.stream().mapToInt(WeightedDraws::size).sum())
            .sum()
        : rounds.count();
  }

  /** The ends, moved out to the value where that lies beyond. */
  private static Estimate of(double value, double[] ends, double level, String method, int n) {
    return Estimate.of(value, Math.min(value, ends[0]), Math.max(value, ends[1]), level, method, n);
  }
}
