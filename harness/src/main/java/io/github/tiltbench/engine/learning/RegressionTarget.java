package io.github.tiltbench.engine.learning;

import java.util.Arrays;

/**
 * What outputs stand for and what their errors are measured in.
 *
 * @param weight mean weight of an example
 */
record RegressionTarget(Regression.Link link, double mean, double scale, double weight) {
  static RegressionTarget of(Examples examples, Regression.Link link) {
    double[] y = examples.targets();
    double[] w = examples.weights();
    int outputs = examples.outputs();
    double sum = Arrays.stream(w).sum() * outputs;
    double mean = 0;
    for (int i = 0; i < y.length; i++) {
      mean += w[i / outputs] * y[i] / sum;
    }
    double weight = sum / y.length;
    if (link == Regression.Link.LOG) {
      if (!Arrays.stream(y).allMatch(v -> v >= 0) || !(mean > 0)) {
        throw new IllegalArgumentException("a log link needs targets of at least 0, not all 0");
      }
      return new RegressionTarget(link, mean, mean, weight);
    }
    double square = 0;
    for (int i = 0; i < y.length; i++) {
      square += w[i / outputs] * (y[i] - mean) * (y[i] - mean) / sum;
    }
    return new RegressionTarget(link, mean, square > 0 ? Math.sqrt(square) : 1, weight);
  }

  /** Mean weighted squared error in units of the scale, and its gradient. */
  double loss(float[] output, double[] y, double[] w, float[] gradient) {
    int outputs = output.length / w.length;
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      boolean log = link == Regression.Link.LOG;
      double fit = log ? Math.exp(output[i]) : output[i];
      double off = fit - (log ? y[i] : y[i] - mean) / scale;
      double share = w[i / outputs] / weight / output.length;
      sum += share * off * off;
      gradient[i] = (float) (2 * share * off * (log ? fit : 1));
    }
    return sum;
  }

  /** The fit, or its logarithm, that an output stands for. */
  double value(float output) {
    return link == Regression.Link.LOG ? Math.log(scale) + output : mean + scale * output;
  }
}
