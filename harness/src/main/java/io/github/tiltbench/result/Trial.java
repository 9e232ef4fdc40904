package io.github.tiltbench.result;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.TrialId;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one finished trial gave.
 *
 * @param id which trial
 * @param samples the clean states it returned
 * @param independent whether they are independent draws given the prompt; members of one population
 *     are not
 * @param logWeights log-weight of each sample, minus infinity allowed
 * @param rewards target reward of each sample
 * @param crossRewards rewards by judges that guided nothing, by name, one a sample
 * @param cost what the trial spent, all units
 * @param scalars diagnostics by name
 * @param traces diagnostics along the levels by name
 * @param wallSeconds its share of the time; the only part that differs from run to run
 */
public record Trial(
    TrialId id,
    Stored samples,
    boolean independent,
    double[] logWeights,
    double[] rewards,
    Map<String, double[]> crossRewards,
    Cost cost,
    Map<String, Double> scalars,
    Map<String, double[]> traces,
    double wallSeconds) {
  /** Refuses what no trial can give: samples and rewards that are not finite, undefined weights. */
  public Trial {
    int n = samples.size();
    if (samples instanceof Stored.Inline inline && inline.batch() instanceof Batch.Reals reals) {
      requireFinite("samples", reals.data(), reals.data().length);
    }
    if (!(wallSeconds >= 0 && wallSeconds < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("wall_s must be at least 0 but is " + wallSeconds);
    }
    requireFinite("rewards", rewards, n);
    crossRewards = new TreeMap<>(crossRewards);
    crossRewards.forEach((name, values) -> requireFinite("cross reward " + name, values, n));
    requireLength("logWeights", logWeights, n);
    for (double w : logWeights) {
      if (Double.isNaN(w) || w == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("logWeights must not hold " + w);
      }
    }
    scalars = new TreeMap<>(scalars);
    traces = new TreeMap<>(traces);
  }

  private static void requireLength(String name, double[] values, int n) {
    if (values.length != n) {
      throw new IllegalArgumentException(name + " has " + values.length + " values for " + n);
    }
  }

  private static void requireFinite(String name, double[] values, int n) {
    requireLength(name, values, n);
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(name + " must be finite but has " + value);
      }
    }
  }

  /** Whether two runs of a trial gave the same bytes; their wall time may differ. */
  public boolean reproduces(Trial other) {
    return TrialJson.content(this).equals(TrialJson.content(other));
  }

  /** The same trial with its samples elsewhere. */
  Trial with(Stored stored) {
    return new Trial(
        id,
        stored,
        independent,
        logWeights,
        rewards,
        crossRewards,
        cost,
        scalars,
        traces,
        wallSeconds);
  }
}
