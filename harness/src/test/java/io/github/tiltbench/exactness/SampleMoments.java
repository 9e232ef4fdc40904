package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Running mean of independent numbers, to be held against a truth within standard errors. */
public final class SampleMoments {
  private int n;
  private double mean;
  private double squares;

  /** Takes one more number. */
  public void add(double x) {
    n++;
    double off = x - mean;
    mean += off / n;
    squares += off * (x - mean);
  }

  /** Their mean. */
  public double mean() {
    return mean;
  }

  /** Their variance. */
  public double variance() {
    return squares / (n - 1);
  }

  /** Standard error of the mean. */
  public double standardError() {
    return Math.sqrt(variance() / n);
  }

  /** Fails unless the truth lies within {@code errors} standard errors of the mean. */
  public void assertMean(double truth, double errors, String what) {
    double tolerance = errors * standardError() + 1e-12;
    assertTrue(
        Math.abs(mean - truth) <= tolerance,
        () ->
            what
                + ": "
                + mean
                + " is "
                + Math.abs(mean - truth) / standardError()
                + " standard errors from "
                + truth);
  }
}
