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
 * @param rewards target reward of each sample, minus infinity if it is not admissible
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
  /**
   * Refuses what no trial can give: samples that are not finite, scores of NaN or plus infinity.
   */
  public Trial {
    int n = samples.size();
    if (samples instanceof Stored.Inline inline && inline.batch() instanceof Batch.Reals reals) {
      for (double value : reals.data()) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException("samples must be finite but have " + value);
        }
      }
    }
    if (!(wallSeconds >= 0 && wallSeconds < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("wall_s must be at least 0 but is " + wallSeconds);
    }
    require("rewards", rewards, n);
    crossRewards = new TreeMap<>(crossRewards);
    crossRewards.forEach((name, values) -> require("cross reward " + name, values, n));
    require("logWeights", logWeights, n);
    scalars = new TreeMap<>(scalars);
    traces = new TreeMap<>(traces);
  }

  private static void require(String name, double[] values, int n) {
    if (values.length != n) {
      throw new IllegalArgumentException(name + " has " + values.length + " values for " + n);
    }
    for (double value : values) {
      if (!(value < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(name + " must not hold " + value);
      }
    }
  }

  /** Whether two runs of a trial gave the same bytes; their wall time may differ. */
  public boolean reproduces(Trial other) {
    return TrialJson.content(this).equals(TrialJson.content(other));
  }

  /** The same trial with its samples elsewhere. */
  Trial with(Stored stored) {
    return of(id, stored, crossRewards);
  }

  /** The same trial with the scores of other judges. */
  Trial judged(Map<String, double[]> scores) {
    return of(id, samples, scores);
  }

  /** The same trial under another name. */
  Trial as(TrialId other) {
    return of(other, samples, crossRewards);
  }

  private Trial of(TrialId id, Stored samples, Map<String, double[]> crossRewards) {
    return new Trial(
        id,
        samples,
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
