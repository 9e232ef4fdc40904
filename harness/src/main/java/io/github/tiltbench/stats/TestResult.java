package io.github.tiltbench.stats;

/** The outcome of a test, or the reason why there is none. */
public sealed interface TestResult {

  /** Number of independent units that the test permutes or ranks. */
  int n();

  /**
   * A tested null hypothesis.
   *
   * @param statistic in the unit that the method says
   * @param p two-sided p-value, in (0, 1]
   * @param least whether no data of so many units could have a smaller one in this test, so that p
   *     is only known to be at most this
   * @param method test, null law and unit, for example {@code sign flips, all, prompts}
   * @param n number of independent units
   */
  record Tested(double statistic, double p, boolean least, String method, int n)
      implements TestResult {
    /** What is said beside a p-value that could not be smaller. */
    public static final String LEAST = "the smallest possible here";

    /** A p-value that could be smaller. */
    Tested(double statistic, double p, String method, int n) {
      this(statistic, p, false, method, n);
    }

    public Tested {
      Finite.require(statistic);
      if (!(p > 0 && p <= 1)) {
        throw new IllegalArgumentException("a p-value must be in (0, 1], not " + p);
      }
    }

    /** The same test with its p-value adjusted for others. */
    Tested adjusted(double p, String by) {
      return new Tested(statistic, p, least, method + ", " + by, n);
    }
  }

  /**
   * No test, because the data cannot carry one.
   *
   * @param reason what was missing and how much would do, in words
   * @param n number of independent units there were
   */
  record Refused(String reason, int n) implements TestResult {}
}
