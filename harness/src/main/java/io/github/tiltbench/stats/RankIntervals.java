package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The ranks of many numbers, each as an interval.
 *
 * <p>If intervals of the numbers contain all of them at once with some probability, then so do
 * these of their ranks: a number is surely behind those whose intervals lie wholly above its own,
 * and surely ahead of those whose intervals lie wholly below. Source: M. Klein, T. Wright and J.
 * Wieczorek, A joint confidence region for an overall ranking of populations, JRSS C 69 (2020)
 * 589-606, theorem 1.
 */
public final class RankIntervals {
  private RankIntervals() {}

  /**
   * The ranks that a number can have.
   *
   * @param best 1 is the first
   * @param estimated the rank among the estimates; equal ones share the best
   * @param worst at least as large
   */
  public record Places(int best, int estimated, int worst) {
    /** As a table has it. */
    @Override
    public String toString() {
      return best == worst ? Integer.toString(best) : best + " to " + worst;
    }
  }

  /**
   * The level of intervals that are to contain k numbers at once, by Bonferroni's inequality, which
   * asks nothing of how they depend on each other.
   *
   * @param level of all together
   * @param k at least 1
   */
  public static double each(double level, int k) {
    return 1 - (1 - Finite.probability(level)) / k;
  }

  /** The ranks of numbers by intervals that hold at once, in their order. */
  public static List<Places> of(List<Estimate.Interval> joint, Better better) {
    List<double[]> ends = joint.stream().map(i -> better.ends(i.low(), i.high())).toList();
    double[] values =
        joint.stream().mapToDouble(i -> better.ends(i.value(), i.value())[0]).toArray();
    return IntStream.range(0, joint.size())
        .mapToObj(
            k ->
                new Places(
                    1 + (int) ends.stream().filter(e -> e[0] > ends.get(k)[1]).count(),
                    1 + (int) Arrays.stream(values).filter(v -> v > values[k]).count(),
                    joint.size() - (int) ends.stream().filter(e -> e[1] < ends.get(k)[0]).count()))
        .toList();
  }

  /** Which numbers rank first. */
  public enum Better {
    /** The largest. */
    LARGER,
    /** The smallest. */
    SMALLER,
    /** The nearest to zero. */
    NEARER_ZERO;

    /** The ends of an interval of what is to be large. */
    private double[] ends(double low, double high) {
      double far = Math.max(Math.abs(low), Math.abs(high));
      double near = low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high));
      return switch (this) {
        case LARGER -> new double[] {low, high};
        case SMALLER -> new double[] {-high, -low};
        case NEARER_ZERO -> new double[] {-far, -near};
      };
    }
  }
}
