package io.github.tiltbench.metric;

import java.util.List;

/**
 * A table by the name under which a study asks for it: which numbers it shows, and which way round.
 *
 * <p>Numbers are named by patterns, so that a metric added later appears where it belongs.
 *
 * @param name as a study writes it
 * @param meaning one clause
 * @param caption what stands before the verifier and the model
 * @param across what its columns are; the rest goes down
 * @param errors whether all its numbers are distances from the truth, which then is its first line
 * @param patterns regular expressions of the numbers, in table order
 */
public record Layout(
    String name,
    String meaning,
    String caption,
    Across across,
    boolean errors,
    List<String> patterns) {
  /** The tables of SVDD, arXiv 2408.08252. */
  public static final Layout SVDD =
      new Layout(
          "svdd",
          "quantiles of the reward down, algorithms across",
          "Quantiles of ",
          Across.ALGORITHMS,
          false,
          List.of("q0\\.5", "q0\\.9"));

  /** The tables of DAS, arXiv 2501.05803. */
  public static final Layout DAS =
      new Layout(
          "das",
          "target, other judges, diversity and distance from data",
          "Target, other judges and diversity: guided by ",
          Across.METRICS,
          false,
          List.of(
              "mean",
              "mean@.*",
              "(cosine|spread|vendi|tfe|diversity).*",
              "distinct-.*|self-bleu|unique|hamming",
              "[fk]d:.*"));

  /** Each number by budget. */
  public static final Layout SCALING =
      new Layout(
          "scaling",
          "each number by budget",
          "By budget: ",
          Across.BUDGETS,
          false,
          List.of("q0\\.5", "q0\\.9", "mean", "mean@.*"));

  /** What became of the populations. */
  public static final Layout SMC_HEALTH =
      new Layout(
          "smc-health",
          "what became of the populations",
          "Populations: ",
          Across.METRICS,
          false,
          List.of("ess.*", "origins.*", ".*evidence.*", "resampl.*"));

  /** Distances to the true law of an analytic problem. */
  public static final Layout EXACTNESS =
      new Layout(
          "exactness",
          "distances to the true law of an analytic problem",
          "Distance to the true law: ",
          Across.METRICS,
          true,
          List.of("law.*"));

  /** Algorithms in the order of their reward, with ranks by everything else. */
  public static final Layout STANDINGS =
      new Layout(
          "standings",
          "the rank of each algorithm by each number, in intervals that hold all at once",
          "Standings: ",
          Across.RANKS,
          false,
          List.of("mean", "law-sliced|law-reward", "mean@.*", "cosine.*|distinct-2", "seconds"));

  /** Those built in. */
  public static final List<Layout> BUILT_IN =
      List.of(SVDD, DAS, SCALING, SMC_HEALTH, EXACTNESS, STANDINGS);

  /** What the columns of a table are; the rest goes down. */
  public enum Across {
    /** A column a number. */
    METRICS,
    /** A column an algorithm. */
    ALGORITHMS,
    /** A column a budget. */
    BUDGETS,
    /** A column a number, of which ranks are shown. */
    RANKS
  }

  public Layout {
    patterns = List.copyOf(patterns);
  }

  /** Those of some metrics that it shows, in its order. */
  public List<String> of(List<String> names) {
    return patterns.stream()
        .flatMap(p -> names.stream().filter(n -> n.matches(p)))
        .distinct()
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
