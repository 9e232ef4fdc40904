package io.github.tiltbench.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tables by the name under which a study asks for them: which numbers they show, and which way
 * round.
 *
 * <p>Numbers are named by patterns, so that a metric added later appears where it belongs.
 */
public enum Layout {
  /** Quantiles of the reward down, algorithms across: the tables of SVDD, arXiv 2408.08252. */
  SVDD(Across.ALGORITHMS, "q0\\.5", "q0\\.9"),
  /** Target, cross-rewards and diversity side by side: the tables of DAS, arXiv 2501.05803. */
  DAS(Across.METRICS, "mean", "mean@.*", "(cosine|spread|vendi|tfe|diversity).*"),
  /** Each number by budget. */
  SCALING(Across.BUDGETS, "q0\\.5", "q0\\.9", "mean", "mean@.*"),
  /** What became of the populations. */
  SMC_HEALTH(Across.METRICS, "ess.*", "origins.*", "(log-)?.*evidence.*", "resamplings.*"),
  /** Distances to the true law of an analytic problem. */
  EXACTNESS(Across.METRICS, "law.*");

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
  private final List<Pattern> metrics;

  Layout(Across across, String... metrics) {
    this.across = across;
    this.metrics = Arrays.stream(metrics).map(Pattern::compile).toList();
  }

  /** What its columns are. */
  public Across across() {
    return across;
  }

  /** Those of some metrics that it shows, in its order. */
  public List<String> of(List<String> names) {
    return metrics.stream()
        .flatMap(p -> names.stream().filter(n -> p.matcher(n).matches()))
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
