package io.github.tiltbench.particle;

/**
 * The largest inverse temperature at which particles, weighed by it, are still even enough.
 *
 * <p>A bisection says which. It asks for forty effective sizes, which is nothing for few particles;
 * of many only the cell that it would end in is sought, by Newton's method, and looked at on both
 * sides. That gives the same number to the bit, unless the effective size falls, rises and falls
 * again; where the two sides disagree with the method, it is bisected after all.
 */
public final class AdaptiveTemperature {
  /** Where a bisection ends. */
  private static final double ROUNDING = 1e-12;

  /** Populations that are bisected without ado. */
  private static final int FEW = 4096;

  private static final int STEPS = 60;

  /** Newton's next step from one this short goes further than a bisection does. */
  private static final double SHORT = 1e-7;

  private final double[] log;
  private final double[] old;
  private final double[] full;
  private final double enough;
  private final double[] trial;
  private double effective;

  /** The derivative of the logarithm of the effective size. */
  private double fall;

  private AdaptiveTemperature(Weights weights, double[] old, double[] full, double enough) {
    this.log = weights.log();
    this.old = old;
    this.full = full;
    this.enough = enough;
    this.trial = new double[log.length];
  }

  /**
   * The largest lambda in [{@code least}, 1], up to 1e-12, at which weights times {@code exp(lambda
   * full - old)} have an effective size that is enough; {@code least} if not even there.
   *
   * @param old the log-twist that each particle's weight holds
   * @param full the log-twist of each at lambda 1
   */
  public static double of(
      Weights weights, double[] old, double[] full, double least, double enough) {
    AdaptiveTemperature t = new AdaptiveTemperature(weights, old, full, enough);
    if (t.even(1)) {
      return 1;
    }
    return weights.size() < FEW ? t.bisected(least) : t.sought(least);
  }

  private double bisected(double least) {
    double low = least;
    double high = 1;
    while (high - low > ROUNDING) {
      double middle = (low + high) / 2;
      if (even(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private double sought(double least) {
    double root = root(least);
    double low = least;
    double high = 1;
    while (high - low > ROUNDING) { // where the bisection would end
      double middle = (low + high) / 2;
      if (middle <= root) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low == least || even(low)) && (high == 1 || !even(high)) ? low : bisected(least);
  }

  /**
   * Where the effective size is just enough, from lambda 1, whose size is known: Newton's method on
   * the root of log(N / ESS), which is a straight line if values are normal, within what brackets
   * it.
   */
  private double root(double least) {
    double wanted = Math.sqrt(Math.log(log.length / enough));
    double low = least;
    double high = 1;
    double at = 1;
    for (int step = 0; step < STEPS; step++) {
      double unevenness = Math.sqrt(Math.log(log.length / effective));
      double next = at + (unevenness - wanted) * 2 * unevenness / fall;
      if (next <= least) {
        return least;
      }
      if (!(next > low && next < high)) {
        next = (low + high) / 2;
      }
      double moved = Math.abs(next - at);
      at = next;
      if (moved < SHORT) {
        break;
      }
      if (even(at)) {
        low = at;
      } else {
        high = at;
      }
    }
    return at;
  }

  /** Whether particles are even enough at an inverse temperature; keeps their size and its fall. */
  private boolean even(double lambda) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < trial.length; i++) {
      double l = log[i] + (lambda * full[i] - old[i]);
      trial[i] = l;
      max = l > max ? l : max;
    }
    if (max == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("a particle has an infinite weight at lambda " + lambda);
    }
    double sum = 0;
    double squares = 0;
    double sumOfFull = 0;
    double squaresOfFull = 0;
    for (int i = 0; i < trial.length; i++) {
      double w = Double.isNaN(trial[i]) ? 0 : Math.exp(trial[i] - max);
      double square = w * w;
      sum += w;
      squares += square;
      sumOfFull += w * full[i];
      squaresOfFull += square * full[i];
    }
    effective = max == Double.NEGATIVE_INFINITY ? 0 : sum * sum / squares;
    fall = 2 * (sumOfFull / sum - squaresOfFull / squares);
    return effective >= enough;
  }
}
