package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Strengths of several cells from who beats whom on the same units: {@code P(i beats j) = 1 / (1 +
 * exp(s_j - s_i))}, with strengths of the sum zero.
 *
 * <p>Source: R. A. Bradley and M. E. Terry, Biometrika 39 (1952) 324-345; fitted by Newton's method
 * on the concave log-likelihood (the iteration of D. R. Hunter, Ann. Statist. 32 (2004) 384-406,
 * takes thousands of rounds where a cell hardly ever wins). The maximum exists only where the cells
 * cannot be parted into two sets of which one never beats the other (L. R. Ford, Amer. Math.
 * Monthly 64 (1957) 28-33), which is refused, also where it happens in a resample. A win is a share
 * where trials have several samples or ties, which makes the likelihood a quasi-likelihood; the
 * intervals come from resamples of the units and do not rest on it.
 */
public final class BradleyTerry {
  private static final int ITERATIONS = 100;
  private static final double STEP = 1e-10;

  /** Steps longer than this are halved until they gain; shorter ones cannot lead astray. */
  private static final double FAR = 1e-3;

  private BradleyTerry() {}

  /**
   * The strength of each cell, in units of log odds, in their order.
   *
   * @param cells at least two
   */
  public static List<Estimate> strengths(Matched cells, Confidence c) {
    int k = cells.cells().size();
    if (k < 2) {
      throw new IllegalArgumentException("strengths of one cell");
    }
    if (cells.gap().isPresent()) {
      return refused(k, cells.gap().get(), cells.n());
    }
    double[][][] wins = cells.each(t -> wins(t));
    return JointMeans.refusal(wins, "a strength")
        .map(r -> refused(k, r.reason(), r.n()))
        .orElseGet(() -> strengths(JointMeans.of(wins), k, c));
  }

  private static List<Estimate> strengths(JointMeans panel, int k, Confidence c) {
    double[][] rates = square(panel.means(), k);
    if (!connected(rates)) {
      return refused(k, "some algorithms never beat some others", panel.n());
    }
    double[] values = fit(rates);
    double[][] stars =
        Arrays.stream(panel.replicates(c))
            .parallel()
            .map(means -> square(means, k))
            .map(r -> connected(r) ? fit(r) : new double[0])
            .toArray(double[][]::new);
    long parted = Arrays.stream(stars).filter(s -> s.length == 0).count();
    if (parted > 0) {
      return refused(
          k,
          "in " + parted + " of " + stars.length + " resamples some never beat some others",
          panel.n());
    }
    return IntStream.range(0, k)
        .mapToObj(
            i ->
                panel.percentile(
                    values[i],
                    Arrays.stream(stars).mapToDouble(s -> s[i]).toArray(),
                    c,
                    "Bradley-Terry, bootstrap"))
        .toList();
  }

  private static List<Estimate> refused(int k, String reason, int n) {
    List<Estimate> all = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      all.add(new Estimate.Refused(reason, n));
    }
    return all;
  }

  /** How much each cell's trial of a unit beats that of each later one. */
  private static double[] wins(List<WeightedDraws> unit) {
    return IntStream.range(0, unit.size())
        .boxed()
        .flatMap(i -> IntStream.range(i + 1, unit.size()).mapToObj(j -> new int[] {i, j}))
        .mapToDouble(p -> unit.get(p[0]).beats(unit.get(p[1])))
        .toArray();
  }

  /** Rates by winner and loser; moved trials can leave the range of a rate. */
  private static double[][] square(double[] rates, int k) {
    double[][] square = new double[k][k];
    int at = 0;
    for (int i = 0; i < k; i++) {
      for (int j = i + 1; j < k; j++) {
        square[i][j] = Math.max(0, Math.min(1, rates[at++]));
        square[j][i] = 1 - square[i][j];
      }
    }
    return square;
  }

  /** Whether every cell is reached from every other by steps from a winner to a loser. */
  static boolean connected(double[][] rates) {
    return everyoneWins(rates)
        || IntStream.range(0, rates.length).allMatch(i -> reached(rates, i) == rates.length);
  }

  private static boolean everyoneWins(double[][] rates) {
    for (int i = 0; i < rates.length; i++) {
      for (int j = 0; j < rates.length; j++) {
        if (i != j && !(rates[i][j] > 0)) {
          return false;
        }
      }
    }
    return true;
  }

  private static int reached(double[][] rates, int from) {
    boolean[] seen = new boolean[rates.length];
    List<Integer> open = new ArrayList<>(List.of(from));
    seen[from] = true;
    for (int at = 0; at < open.size(); at++) {
      for (int j = 0; j < rates.length; j++) {
        if (!seen[j] && rates[open.get(at)][j] > 0) {
          seen[j] = true;
          open.add(j);
        }
      }
    }
    return open.size();
  }

  /**
   * The strengths that make the rates most likely, every pair having met equally often; the rates
   * are {@link #connected}, so that the maximum exists and is the only one.
   */
  static double[] fit(double[][] rates) {
    double[] log = new double[rates.length];
    double likelihood = Double.NaN; // of the strengths, where it is known
    double largest = Double.POSITIVE_INFINITY;
    for (int n = 0; n < ITERATIONS && largest > STEP; n++) {
      double[] step = step(rates, log);
      largest = largest(step);
      double part = 1;
      double[] next = moved(log, step, part);
      double gained = Double.NaN;
      if (largest > FAR) {
        double before = Double.isNaN(likelihood) ? likelihood(rates, log) : likelihood;
        gained = likelihood(rates, next);
        while (gained < before) {
          part /= 2;
          next = moved(log, step, part);
          gained = part * largest > FAR ? likelihood(rates, next) : Double.NaN;
        }
      }
      log = next;
      likelihood = gained;
    }
    return log;
  }

  private static double largest(double[] step) {
    double largest = 0;
    for (double s : step) {
      largest = Math.max(largest, Math.abs(s));
    }
    return largest;
  }

  private static double[] moved(double[] log, double[] step, double part) {
    double[] next = new double[log.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = log[i] + part * step[i];
    }
    return next;
  }

  private static double likelihood(double[][] rates, double[] log) {
    double[][] soft = new double[log.length][log.length]; // log(1 + exp) of each pair, once
    double sum = 0;
    for (int i = 0; i < log.length; i++) {
      for (int j = 0; j < log.length; j++) {
        double behind = log[j] - log[i];
        if (j > i) {
          soft[j][i] = Math.log1p(Math.exp(-Math.abs(behind)));
        }
        if (i != j && rates[i][j] > 0) {
          sum -= rates[i][j] * (Math.max(behind, 0) + soft[Math.max(i, j)][Math.min(i, j)]);
        }
      }
    }
    return sum;
  }

  /** Newton's step: the curvature, which no common shift changes, against the slope. */
  private static double[] step(double[][] rates, double[] log) {
    int k = log.length;
    double[][] system = new double[k][k + 1];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        system[i][j] += 1.0 / k;
        if (i != j) {
          double wins = 1 / (1 + Math.exp(log[j] - log[i]));
          double curvature = wins * (1 - wins);
          system[i][i] += curvature;
          system[i][j] -= curvature;
          system[i][k] += rates[i][j] - wins;
        }
      }
    }
    return solve(system);
  }

  /** Gauss's elimination of a positive definite system, its right side the last column. */
  private static double[] solve(double[][] a) {
    int k = a.length;
    for (int p = 0; p < k; p++) {
      for (int r = p + 1; r < k; r++) {
        double factor = a[r][p] / a[p][p];
        for (int c = p; c <= k; c++) {
          a[r][c] -= factor * a[p][c];
        }
      }
    }
    double[] x = new double[k];
    for (int p = k - 1; p >= 0; p--) {
      double rest = a[p][k];
      for (int c = p + 1; c < k; c++) {
        rest -= a[p][c] * x[c];
      }
      x[p] = rest / a[p][p];
    }
    return x;
  }
}
