package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.MaskedTransformer;
import java.util.random.RandomGenerator;

/**
 * The bound on minus the log-likelihood by number of masks, in nats a position: n of L positions
 * are masked, n uniform and stratified over the batch, and each mask counts 1/n.
 *
 * <p>Equal in the mean to the integral over times (Sahoo et al. 2024, arXiv:2406.07524; Ou et al.
 * 2024, arXiv:2406.03736), with bounded weights.
 */
final class MaskedObjective implements Objective {
  private static final int HALF = 1 << 16;

  private final int[][] sequences;
  private final MinibatchOrder draws;
  private final MaskedTransformer network;
  private final double dropout;

  MaskedObjective(
      int[][] sequences, MinibatchOrder draws, MaskedTransformer network, double dropout) {
    this.sequences = sequences;
    this.draws = draws;
    this.network = network;
    this.dropout = dropout;
  }

  @Override
  public Minibatch draw(int step) {
    int[] index = draws.indices(step);
    RandomGenerator random = draws.random(step);
    Masks masks = new Masks(network.length(), network.tokens());
    for (int row = 0; row < index.length; row++) {
      double share = (row + random.nextDouble()) / index.length;
      masks.add(sequences[index[row]], share, random);
    }
    Tensor[] inputs = {masks.states(), masks.at(), masks.targets(), keep(index.length, random)};
    return new Minibatch(inputs, (nats, gradient) -> mean(masks, nats, gradient));
  }

  /** Features are dropped with the chance of a multiple of 2^-16. */
  private Tensor keep(int rows, RandomGenerator random) {
    int size = network.dropouts() * rows * network.length() * network.width();
    float[] keep = new float[size];
    int dropped = (int) Math.round(dropout * HALF);
    float kept = (float) HALF / (HALF - dropped);
    for (int i = 0; i < size; ) {
      long bits = random.nextLong();
      for (int end = Math.min(size, i + 4); i < end; i++) {
        keep[i] = (bits & (HALF - 1)) < dropped ? 0 : kept;
        bits >>>= 16;
      }
    }
    return new Tensor.Floats(keep, network.dropouts(), rows, network.length(), network.width());
  }

  private static double mean(Masks masks, float[] nats, float[] gradient) {
    double sum = 0;
    for (int i = 0; i < nats.length; i++) {
      double weight = 1.0 / ((double) masks.count(i) * masks.rows());
      sum += weight * nats[i];
      gradient[i] = (float) weight;
    }
    return sum;
  }
}
