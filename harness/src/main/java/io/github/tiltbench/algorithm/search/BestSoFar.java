package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Branching;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The best state ever scored for each sample of a trial, the first among equals. */
final class BestSoFar {
  private final double[] reward;
  private final double[] found;
  private Batch states;

  BestSoFar(int samples) {
    reward = new double[samples];
    found = new double[samples];
  }

  /**
   * Takes note of what a round has found.
   *
   * @param scored as many consecutive rows a sample
   */
  void take(int round, Batch scored, double[] rewards) {
    int[] winner = Branching.keep(rewards, rewards.length / found.length, 0, sample -> 0);
    Batch winners = scored.select(winner);
    int[] kept = new int[winner.length];
    for (int i = 0; i < kept.length; i++) {
      boolean better = states == null || rewards[winner[i]] > reward[i];
      kept[i] = better ? kept.length + i : i;
      reward[i] = better ? rewards[winner[i]] : reward[i];
      found[i] = better ? round : found[i];
    }
    states = Batch.concat(List.of(states == null ? winners : states, winners)).select(kept);
  }

  /** The best of each sample; {@code found_in} is their mean round. */
  Samples samples() {
    double round = Arrays.stream(found).average().orElseThrow();
    return new Samples(states, new double[found.length], true, Map.of("found_in", round), Map.of());
  }
}
