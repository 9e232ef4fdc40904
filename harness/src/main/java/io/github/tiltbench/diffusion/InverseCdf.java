package io.github.tiltbench.diffusion;

/** Draws of symbols by the inverse of a distribution function, in doubles. */
final class InverseCdf {
  private InverseCdf() {}

  /** The symbol at a uniform, by log-probabilities; floats would lose rare symbols. */
  static int symbol(double[] log, double u) {
    double below = 0;
    int last = 0;
    for (int symbol = 0; symbol < log.length; symbol++) {
      if (log[symbol] > Double.NEGATIVE_INFINITY) {
        below += Math.exp(log[symbol]);
        last = symbol;
        if (u < below) {
          return symbol;
        }
      }
    }
    return last;
  }
}
