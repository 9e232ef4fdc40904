package io.github.tiltbench.study;

import io.github.tiltbench.stats.TimeUniform;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rule by which cells have enough repetitions: cells are looked at after some rounds, a round
 * being one repetition of every prompt, by intervals that hold at all rounds at once.
 *
 * @param goal what is estimated
 * @param width how wide its interval may be when a cell stops; 0 for a contrast, which stops when
 *     its interval leaves out no difference
 * @param level coverage of the intervals
 * @param looks the rounds at which is looked, ascending; the last one ends a cell in any case
 */
public record Stopping(Goal goal, double width, double level, List<Integer> looks) {
  private static final double LEVEL = 0.95;

  /** What a rule is about. */
  public enum Goal {
    /** The median of a cell. */
    MEDIAN,
    /** The quantile 0.9 of a cell. */
    UPPER_DECILE,
    /** The mean of a cell. */
    MEAN,
    /** The mean of a cell whose scores are declared 0 or 1. */
    SHARE,
    /** The mean difference of the primary contrast. */
    DIFFERENCE,
    /** The win rate of the primary contrast. */
    WINS;

    /** Whether it is about two cells. */
    public boolean contrast() {
      return this == DIFFERENCE || this == WINS;
    }

    /** The first round at which it may end a run. */
    public int least(int prompts) {
      return this == MEAN || this == DIFFERENCE ? TimeUniform.leastRounds(prompts) : 1;
    }
  }

  /** Refuses looks that are none. */
  public Stopping {
    looks = List.copyOf(looks);
    if (looks.isEmpty() || looks.get(0) < 1) {
      throw new IllegalArgumentException("looks must begin at round 1 or later");
    }
    for (int i = 1; i < looks.size(); i++) {
      if (looks.get(i) <= looks.get(i - 1)) {
        throw new IllegalArgumentException("looks must ascend but " + looks + " do not");
      }
    }
    if (goal.contrast() ? width != 0 : !(width > 0 && width < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("width must be positive but is " + width);
    }
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1 but is " + level);
    }
  }

  /**
   * A rule whose looks come an eighth more rounds after each other.
   *
   * @param atLeast the first look
   * @param atMost the last look
   */
  public static Stopping of(Goal goal, double width, int atLeast, int atMost) {
    List<Integer> looks = new ArrayList<>();
    for (int look = atLeast; look < atMost; look += Math.max(1, look / 8)) {
      looks.add(look);
    }
    looks.add(atMost);
    return new Stopping(goal, width, LEVEL, looks);
  }

  /** Fewest rounds of a cell. */
  public int atLeast() {
    return looks.get(0);
  }

  /** Most rounds of a cell. */
  public int atMost() {
    return looks.get(looks.size() - 1);
  }

  /** What ends a cell, as a clause. */
  public String text() {
    return switch (goal) {
      case MEDIAN -> until("median");
      case UPPER_DECILE -> until("0.9 quantile");
      case MEAN -> until("mean");
      case SHARE -> until("share");
      case DIFFERENCE -> "until the primary contrast's mean difference is told from 0";
      case WINS -> "until the primary contrast's win rate is told from 1/2";
    };
  }

  private String until(String what) {
    return String.format(
        Locale.ROOT, "until the interval of the %s is at most %s wide", what, width);
  }
}
