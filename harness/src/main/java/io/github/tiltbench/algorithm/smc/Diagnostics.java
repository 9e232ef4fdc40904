package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.particle.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Diagnostics of the populations of one trial. */
final class Diagnostics {
  private static final String LOG_EVIDENCE = "log_evidence";

  private Diagnostics() {}

  /**
   * Averages over the populations: {@code log_evidence} (log of the mean estimate, so that its
   * exponential stays unbiased), {@code ess_min} and {@code distinct_origins} as fractions of N,
   * {@code resamplings}.
   */
  static Map<String, Double> scalars(List<Smc.Outcome> outcomes) {
    double[] evidence = outcomes.stream().mapToDouble(Smc.Outcome::logEvidence).toArray();
    return Map.of(
        LOG_EVIDENCE,
        new Weights(evidence).logMean(),
        "ess_min",
        mean(outcomes, o -> Arrays.stream(shares(o)).min().orElseThrow()),
        "distinct_origins",
        mean(outcomes, o -> (double) o.distinctOrigins() / o.sizes()[0]),
        "resamplings",
        mean(outcomes, Smc.Outcome::resamplings));
  }

  /** The same samples without {@code log_evidence}, where their weights estimate none. */
  static Samples withoutEvidence(Samples samples) {
    Map<String, Double> scalars = new TreeMap<>(samples.scalars());
    scalars.remove(LOG_EVIDENCE);
    return samples.with(scalars);
  }

  /**
   * At levels T..0, in that order: {@code ess}, the mean over the populations of ESS / N, and
   * {@code resampled}, the fraction of the populations that were resampled there.
   */
  static Map<String, double[]> traces(List<Smc.Outcome> outcomes) {
    double[] ess = new double[outcomes.get(0).ess().length];
    double[] resampled = new double[ess.length];
    for (Smc.Outcome outcome : outcomes) {
      for (int i = 0; i < ess.length; i++) {
        ess[i] += shares(outcome)[i] / outcomes.size();
        resampled[i] += outcome.resampled()[i] ? 1.0 / outcomes.size() : 0;
      }
    }
    return Map.of("ess", ess, "resampled", resampled);
  }

  /** ESS / N at levels T..0. */
  private static double[] shares(Smc.Outcome outcome) {
    double[] shares = outcome.ess().clone();
    Arrays.setAll(shares, i -> shares[i] / outcome.sizes()[i]);
    return shares;
  }

  private static double mean(List<Smc.Outcome> outcomes, ToDoubleFunction<Smc.Outcome> number) {
    return outcomes.stream().mapToDouble(number).average().orElseThrow();
  }
}
