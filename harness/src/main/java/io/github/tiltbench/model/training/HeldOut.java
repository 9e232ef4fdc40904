package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.learning.SplitMix;
import java.util.Arrays;

/**
 * The bound on minus the log-likelihood of sequences that were not learned from, in nats a
 * sequence.
 *
 * @param sequences filled up to one length
 * @param mask its id
 * @param draws of masks a sequence, over which the number of masks is stratified
 * @param seed of the draws
 */
record HeldOut(int[][] sequences, int mask, int draws, long seed) {
  private static final int BATCH = 64;

  /** What stands under masks, and how unlikely it is held to be. */
  @FunctionalInterface
  interface Surprisal {
    /** Minus the log-probability of the token under each mask, in nats. */
    float[] of(Masks masks);

    /** That of {@link io.github.tiltbench.engine.network.MaskedTransformer#surprisal}. */
    static Surprisal by(TorchModule module) {
      return masks -> module.forward(masks.states(), masks.at(), masks.targets()).get(0).data();
    }
  }

  /** The estimate of each sequence. */
  double[] bounds(Surprisal surprisal) {
    double[] bounds = new double[sequences.length];
    int length = sequences[0].length;
    int rows = sequences.length * draws;
    for (int from = 0; from < rows; from += BATCH) {
      Masks masks = new Masks(length, mask);
      int count = Math.min(BATCH, rows - from);
      for (int row = from; row < from + count; row++) {
        SplitMix random = SplitMix.at(seed, row);
        double share = (row % draws + random.nextDouble()) / draws;
        masks.add(sequences[row / draws], share, random);
      }
      float[] nats = surprisal.of(masks);
      for (int i = 0; i < nats.length; i++) {
        int sequence = (from + masks.row(i)) / draws;
        bounds[sequence] += (double) length / masks.count(i) * nats[i] / draws;
      }
    }
    return bounds;
  }

  /** Their mean. */
  double mean(Surprisal surprisal) {
    return Arrays.stream(bounds(surprisal)).average().orElseThrow();
  }
}
