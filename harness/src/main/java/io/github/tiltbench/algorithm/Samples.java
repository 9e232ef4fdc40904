package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Batch;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a trial returns.
 *
 * @param states clean states, {@code count} of them
 * @param logWeights log-weight of each, all 0 for an unweighted set
 * @param independent whether the samples are independent draws given the prompt; members of one
 *     population are not
 * @param scalars diagnostics by name, such as {@code log_evidence}
 * @param traces diagnostics along the levels T..0 by name, such as {@code ess}
 * @param estimate the clean estimate on the way to each, where the verifier asks for it
 */
public record Samples(
    Batch states,
    double[] logWeights,
    boolean independent,
    Map<String, Double> scalars,
    Map<String, double[]> traces,
    Optional<Batch.Reals> estimate) {
  /** Samples of a verifier that asks for no estimate. */
  public Samples(
      Batch states,
      double[] logWeights,
      boolean independent,
      Map<String, Double> scalars,
      Map<String, double[]> traces) {
    this(states, logWeights, independent, scalars, traces, Optional.empty());
  }

  /** Checks that every sample has a weight. */
  public Samples {
    if (logWeights.length != states.size()) {
      throw new IllegalArgumentException(
          logWeights.length + " weights for " + states.size() + " samples");
    }
    scalars = new TreeMap<>(scalars);
    traces = new TreeMap<>(traces);
  }

  /** The same with other scalars. */
  public Samples with(Map<String, Double> other) {
    return new Samples(states, logWeights, independent, other, traces, estimate);
  }

  /** Independent samples of equal weight without diagnostics, as their solve left them. */
  public static Samples independent(Solved solved) {
    double[] weights = new double[solved.size()];
    return new Samples(solved.states(), weights, true, Map.of(), Map.of(), solved.estimate());
  }

  /** Independent samples of equal weight without diagnostics. */
  public static Samples independent(Batch states) {
    return new Samples(states, new double[states.size()], true, Map.of(), Map.of());
  }
}
