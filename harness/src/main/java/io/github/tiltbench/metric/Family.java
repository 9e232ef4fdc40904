package io.github.tiltbench.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Metrics by the name under which a study asks for them. */
public enum Family {
  /** Scores of the samples, by the target verifier and by every judge. */
  REWARD,
  /** The smallest effective sample size along the levels, as a fraction of the population. */
  ESS,
  /** The estimate of the normalising constant of the tilted law. */
  EVIDENCE,
  /** Distinct ancestors at the first level, as a fraction of the population. */
  ANCESTRY;

  /** Its metrics, in table order. */
  public List<Metric> metrics() {
    return switch (this) {
      case REWARD -> List.of(new MeanScore(), new QuantileScore(0.5), new QuantileScore(0.9));
      case ESS -> List.of(new MeanScalar("ess-min", "ess_min"));
      case EVIDENCE -> List.of(new LogEvidence());
      case ANCESTRY -> List.of(new MeanScalar("origins", "distinct_origins"));
    };
  }

  /** All names, in table order. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Family::toString).toList();
  }

  /** The family of a name. */
  public static Family of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
