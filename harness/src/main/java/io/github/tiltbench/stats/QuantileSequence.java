package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The interval of a quantile that holds at all rounds at once, exact for any law.
 *
 * <p>A value q stays as long as there is less evidence than 1/α against the share of draws at or
 * below it being p. Ties are broken by coins that are fixed and independent of the draws.
 */
final class QuantileSequence {
  /** How many draws the law of θ about p is worth. */
  private static final double KAPPA = 10;

  private QuantileSequence() {}

  /**
   * How many of the draws may lie at or below the quantile, from and to.
   *
   * @param p probability, in (0, 1)
   */
  static int[] ranks(int draws, double p, double threshold) {
    int low = (int) Math.round(draws * p);
    int high = low;
    while (low > 0 && evidence(low - 1, draws, p) < threshold) {
      low--;
    }
    while (high < draws && evidence(high + 1, draws, p) < threshold) {
      high++;
    }
    return new int[] {low, high};
  }

  private static double evidence(int below, int draws, double p) {
    return Bets.ofDraws(below, draws, p, p * KAPPA, (1 - p) * KAPPA);
  }

  /** Values of θ about p. */
  static double[] nodes(double p) {
    return Bets.nodes(p * KAPPA, (1 - p) * KAPPA);
  }

  /** Both ends; infinite where too few rounds are there to tell. */
  static double[] interval(Rounds rounds, double p, double level) {
    double threshold = -Math.log1p(-level);
    Draw[] draws = sorted(rounds);
    int[] ranks =
        rounds.independent()
            ? ranks(draws.length, p, threshold)
            : new Sweep(rounds.count(), p, threshold).ranks(draws);
    return new double[] {
      ranks[0] == 0 ? Double.NEGATIVE_INFINITY : draws[ranks[0] - 1].value,
      ranks[1] == draws.length ? Double.POSITIVE_INFINITY : draws[ranks[1]].value
    };
  }

  /** A draw with its share of a round and its coin. */
  private record Draw(double value, int round, double weight, long coin) {}

  private static Draw[] sorted(Rounds rounds) {
    SplittableRandom coins = new SplittableRandom(0);
    List<Draw> draws = new ArrayList<>();
    for (int r = 0; r < rounds.count(); r++) {
      for (WeightedDraws trial : rounds.trials().get(r)) {
        for (int i = 0; i < trial.size(); i++) {
          long coin = coins.nextLong();
          if (trial.weight(i) > 0) {
            draws.add(new Draw(trial.value(i), r, trial.weight(i) / rounds.prompts(), coin));
          }
        }
      }
    }
    Draw[] sorted = draws.toArray(Draw[]::new);
    Arrays.sort(sorted, Comparator.comparingDouble(Draw::value).thenComparingLong(Draw::coin));
    return sorted;
  }

  /** Goes through the draws from either end until the evidence falls below the threshold. */
  private static final class Sweep {
    private final int rounds;
    private final double p;
    private final double threshold;
    private final double[] nodes;

    Sweep(int rounds, double p, double threshold) {
      this.rounds = rounds;
      this.p = p;
      this.threshold = threshold;
      this.nodes = QuantileSequence.nodes(p);
    }

    int[] ranks(Draw[] draws) {
      int low = steps(draws, true);
      int high = draws.length - steps(draws, false);
      return new int[] {Math.min(low, high), Math.max(low, high)};
    }

    /** How many draws have to be passed. */
    private int steps(Draw[] draws, boolean up) {
      double[] shares = new double[rounds];
      Arrays.fill(shares, up ? 0 : 1);
      double[] logs = new double[nodes.length];
      for (int k = 0; k < nodes.length; k++) {
        logs[k] = rounds * Math.log(Bets.factor(shares[0], nodes[k], p));
      }
      for (int step = 0; step < draws.length; step++) {
        if (Bets.logMean(logs) < threshold) {
          return step;
        }
        Draw draw = draws[up ? step : draws.length - 1 - step];
        double before = shares[draw.round];
        double moved = before + (up ? draw.weight : -draw.weight);
        double after = Math.max(0, Math.min(1, moved));
        for (int k = 0; k < nodes.length; k++) {
          logs[k] += Math.log(Bets.factor(after, nodes[k], p) / Bets.factor(before, nodes[k], p));
        }
        shares[draw.round] = after;
      }
      return draws.length;
    }
  }
}
