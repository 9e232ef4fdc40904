package io.github.tiltbench.benchmarks;

/**
 * What a measured number must not exceed, or must reach.
 *
 * @param what the number
 * @param measured its estimate
 * @param limit the bound
 * @param side which side of it is asked for
 */
record Bound(String what, ScoreEstimate measured, double limit, Side side) {
  /** A side of a limit, the limit included. */
  enum Side {
    /** Not above. */
    AT_MOST,
    /** Not below. */
    AT_LEAST
  }

  /** How a bound fares. */
  enum Verdict {
    /** The whole interval is on the side asked for. */
    MET,
    /** The whole interval is on the other side. */
    NOT_MET,
    /** The interval holds the bound, is unknown, or is under 0: then the baseline is wrong. */
    OPEN
  }

  /** Whether the bound is met. */
  Verdict verdict() {
    if (measured.high() < 0) {
      return Verdict.OPEN;
    }
    boolean most = side == Side.AT_MOST;
    if (most ? measured.high() <= limit : measured.low() >= limit) {
      return Verdict.MET;
    }
    return (most ? measured.low() > limit : measured.high() < limit)
        ? Verdict.NOT_MET
        : Verdict.OPEN;
  }
}
