package io.github.tiltbench.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Tables by the name under which a study asks for them: which numbers they show, and which way
 * round.
 *
 * <p>Numbers are named by patterns, so that a metric added later appears where it belongs.
 */
public enum Layout {
  /** Quantiles of the reward down, algorithms across: the tables of SVDD, arXiv 2408.08252. */
  SVDD(Across.ALGORITHMS),
  /**
   * Target, cross-rewards, diversity and distance from data: the tables of DAS, arXiv 2501.05803.
   */
  DAS(Across.METRICS),
  /** Each number by budget. */
  SCALING(Across.BUDGETS),
  /** What became of the populations. */
  SMC_HEALTH(Across.METRICS),
  /** Distances to the true law of an analytic problem. */
  EXACTNESS(Across.METRICS);

  /** What the columns of a table are; the rest goes down. */
  public enum Across {
    /** A column a number. */
    METRICS,
    /** A column an algorithm. */
    ALGORITHMS,
    /** A column a budget. */
    BUDGETS
  }

  private final Across across;

  Layout(Across across) {
    this.across = across;
  }

  /** Regular expressions of the numbers, in table order. */
  private List<String> patterns() {
    return switch (this) {
      case SVDD -> List.of("q0\\.5", "q0\\.9");
      case DAS -> List.of("mean", "mean@.*", "(cosine|spread|vendi|tfe|diversity).*", "[fk]d:.*");
      case SCALING -> List.of("q0\\.5", "q0\\.9", "mean", "mean@.*");
      case SMC_HEALTH -> List.of("ess.*", "origins.*", ".*evidence.*", "resampl.*");
      case EXACTNESS -> List.of("law.*");
    };
  }

  /** What its columns are. */
  public Across across() {
    return across;
  }

  /** Those of some metrics that it shows, in its order. */
  public List<String> of(List<String> names) {
    return patterns().stream()
        .flatMap(p -> names.stream().filter(n -> n.matches(p)))
        .distinct()
        .toList();
  }

  /** All names. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Layout::toString).toList();
  }

  /** The layout of a name. */
  public static Layout named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
