package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.special.Beta;

/**
 * Evidence against a probability p, however often it is looked at: a mixture over θ of products of
 * likelihood ratios, which at the true p is a nonnegative martingale of mean 1, so that it ever
 * reaches 1/α with probability α at most (J. Ville 1939; H. Robbins, Ann. Math. Statist. 41 (1970)
 * 1397-1409).
 *
 * <p>Of <b>independent draws</b>, S of t below, with θ from Beta(a, b),
 *
 * <pre>  log E = log B(a+S, b+t-S) - log B(a, b) - S log p - (t-S) log(1-p).</pre>
 *
 * <p>Draws within a <b>round</b> may depend on each other: particles of one population, candidates
 * of one prompt. Counting them one by one would then multiply the same evidence (of 8 identical
 * draws a round the interval of a median covers 7 %). What is known is that the share f of a round
 * has mean p, so a round has one factor, the likelihood ratio averaged over its draws,
 *
 * <pre>  f θ/p + (1-f)(1-θ)/(1-p),</pre>
 *
 * whose mean at p is 1 whatever the dependence. θ then has {@value #NODES} equally likely values.
 */
final class Bets {
  private static final int NODES = 256;
  private static final int HALVINGS = 60;

  private Bets() {}

  /** Evidence of independent draws, with θ from Beta(a, b). */
  static double ofDraws(double below, double draws, double p, double a, double b) {
    return Beta.logBeta(a + below, b + draws - below)
        - Beta.logBeta(a, b)
        - times(below, Math.log(p))
        - times(draws - below, Math.log1p(-p));
  }

  private static double times(double count, double log) {
    return count == 0 ? 0 : count * log;
  }

  /** Values of θ of equal probability under Beta(a, b). */
  static double[] nodes(double a, double b) {
    BetaDistribution law = new BetaDistribution(null, a, b);
    return IntStream.range(0, NODES)
        .mapToDouble(k -> law.inverseCumulativeProbability((k + 0.5) / NODES))
        .toArray();
  }

  /** The factor of a round for one θ. */
  static double factor(double share, double theta, double p) {
    return share * theta / p + (1 - share) * (1 - theta) / (1 - p);
  }

  /** The logarithm of the mean of exponentials. */
  static double logMean(double[] logs) {
    double most = Arrays.stream(logs).max().orElseThrow();
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - most);
    }
    return most + Math.log(sum / logs.length);
  }

  /** Evidence of rounds. */
  static double ofRounds(double[] shares, double p, double[] nodes) {
    double[] sorted = shares.clone();
    Arrays.sort(sorted); // equal ones together: few are different where rounds have few draws
    double[] logs = new double[nodes.length];
    int from = 0;
    for (int to = 1; to <= sorted.length; to++) {
      if (to == sorted.length || sorted[to] != sorted[from]) {
        for (int k = 0; k < nodes.length; k++) {
          logs[k] += (to - from) * Math.log(factor(sorted[from], nodes[k], p));
        }
        from = to;
      }
    }
    return logMean(logs);
  }

  /**
   * All p against which there is less evidence than a threshold: an interval about the share that
   * was seen, since the evidence is convex in p in its logarithm.
   *
   * @param seen the mean share
   */
  static double[] interval(double seen, DoubleUnaryOperator evidence, double threshold) {
    return new double[] {
      seen <= 0 ? 0 : end(0, seen, evidence, threshold),
      seen >= 1 ? 1 : end(1, seen, evidence, threshold)
    };
  }

  private static double end(
      double outside, double seen, DoubleUnaryOperator evidence, double threshold) {
    double in = seen;
    double out = outside;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (in + out) / 2;
      if (evidence.applyAsDouble(middle) < threshold) {
        in = middle;
      } else {
        out = middle;
      }
    }
    return out;
  }
}
