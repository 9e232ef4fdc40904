package io.github.tiltbench.stats;

/** A number with its interval, or the reason why there is none; never a bare number. */
public sealed interface Estimate {

  /** What separates a method from the notes behind it. */
  String NOTE = "; ";

  /** The interval, or a refusal where a number of it is not finite. */
  static Estimate of(double value, double low, double high, double level, String method, int n) {
    return Double.isFinite(value) && Double.isFinite(low) && Double.isFinite(high)
        ? new Interval(value, low, high, level, method, n)
        : new Refused("the value or an end of its interval is beyond the largest double", n);
  }

  /**
   * The same with an interval that ends where such numbers do: what lies beyond cannot be the
   * truth, so none is lost. The value stays, and its interval holds it.
   *
   * @param least the smallest that the number can be
   * @param most the largest
   */
  default Estimate within(double least, double most) {
    return this instanceof Interval i
        ? new Interval(
            i.value,
            Math.min(i.value, Math.max(i.low, least)),
            Math.max(i.value, Math.min(i.high, most)),
            i.level,
            i.method,
            i.n)
        : this;
  }

  /** The same less a number that is known. */
  default Estimate less(double known) {
    return this instanceof Interval i
        ? of(i.value - known, i.low - known, i.high - known, i.level, i.method, i.n)
        : this;
  }

  /** Number of independent units (prompts, trials or draws, as the method says). */
  int n();

  /**
   * A value and its two-sided interval.
   *
   * @param value point estimate, in the unit of the data
   * @param low lower end, finite
   * @param high upper end, finite, not below {@code low}
   * @param level nominal coverage, for example 0.95
   * @param method how the interval was made and what its unit is, for example {@code t, trials in
   *     fixed prompts}
   * @param n number of independent units
   */
  record Interval(double value, double low, double high, double level, String method, int n)
      implements Estimate {
    public Interval {
      Finite.require(value, low, high);
      if (low > high) {
        throw new IllegalArgumentException("interval ends are reversed: " + low + " > " + high);
      }
      if (!(level > 0 && level < 1)) {
        throw new IllegalArgumentException("level must be in (0, 1), not " + level);
      }
    }

    /** The same with a note behind its method: what a reader must know beside the number. */
    public Interval noted(String note) {
      return new Interval(value, low, high, level, method + NOTE + note, n);
    }
  }

  /**
   * No number, because the data cannot carry one.
   *
   * @param reason what was missing and how much would do, in words
   * @param n number of independent units there were
   */
  record Refused(String reason, int n) implements Estimate {}
}
