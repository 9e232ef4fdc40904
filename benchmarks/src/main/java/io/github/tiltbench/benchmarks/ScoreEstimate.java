package io.github.tiltbench.benchmarks;

import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * A number with its 95 % interval.
 *
 * @param value the estimate
 * @param low lower end; NaN where it cannot be known
 * @param high upper end likewise
 */
record ScoreEstimate(double value, double low, double high) {
  /** A number that is known. */
  static ScoreEstimate exactly(double value) {
    return new ScoreEstimate(value, value, value);
  }

  /**
   * The ratio of the means of independent samples. The interval is of its logarithm, with the
   * variances of both by the delta method and Welch's degrees of freedom.
   */
  static ScoreEstimate ratio(Sample above, Sample below) {
    double a = above.errorSquared() / (above.mean() * above.mean());
    double b = below.errorSquared() / (below.mean() * below.mean());
    double degrees = (a + b) * (a + b) / (a * a / (above.size() - 1) + b * b / (below.size() - 1));
    return ofLog(Math.log(above.mean() / below.mean()), Math.sqrt(a + b), degrees);
  }

  /** How long one of so many operations a second takes, in units of which a second has so many. */
  static ScoreEstimate time(Sample rate, double unitsOfSecond) {
    return ofLog(
        Math.log(unitsOfSecond / rate.mean()),
        Math.sqrt(rate.errorSquared()) / rate.mean(),
        rate.size() - 1.0);
  }

  /**
   * The ratio of two numbers that every iteration measured together: the geometric mean of their
   * ratios, with Student's interval of its logarithm.
   */
  static ScoreEstimate paired(Sample above, Sample below) {
    double[] logs =
        IntStream.range(0, above.size())
            .mapToDouble(i -> Math.log(above.values()[i] / below.values()[i]))
            .toArray();
    Sample log = new Sample(logs, "");
    return ofLog(log.mean(), Math.sqrt(log.errorSquared()), log.size() - 1.0);
  }

  /**
   * A part of a whole that every iteration measured together; unlike a ratio it may be 0 or less.
   */
  static ScoreEstimate share(Sample part, Sample whole) {
    double[] shares =
        IntStream.range(0, part.size())
            .mapToDouble(i -> part.values()[i] / whole.values()[i])
            .toArray();
    Sample share = new Sample(shares, "");
    return around(share.mean(), Math.sqrt(share.errorSquared()), share.size() - 1.0);
  }

  /** The exponent of y in x by least squares of their logarithms. */
  static ScoreEstimate exponent(double[] x, double[] y) {
    SimpleRegression fit = logarithms(x, y);
    return around(fit.getSlope(), fit.getSlopeStdErr(), x.length - 2.0);
  }

  /** The share of the variance of log y that a line in log x explains. */
  static double explained(double[] x, double[] y) {
    return logarithms(x, y).getRSquare();
  }

  private static SimpleRegression logarithms(double[] x, double[] y) {
    SimpleRegression fit = new SimpleRegression();
    for (int i = 0; i < x.length; i++) {
      fit.addData(Math.log(x[i]), Math.log(y[i]));
    }
    return fit;
  }

  private static ScoreEstimate ofLog(double log, double error, double degrees) {
    ScoreEstimate e = around(log, error, degrees);
    return new ScoreEstimate(Math.exp(e.value), Math.exp(e.low), Math.exp(e.high));
  }

  private static ScoreEstimate around(double value, double error, double degrees) {
    if (error == 0) {
      return exactly(value);
    }
    if (!(error > 0) || !(degrees > 0)) {
      return new ScoreEstimate(value, Double.NaN, Double.NaN);
    }
    double reach = Sample.quantile(degrees) * error;
    return new ScoreEstimate(value, value - reach, value + reach);
  }
}
