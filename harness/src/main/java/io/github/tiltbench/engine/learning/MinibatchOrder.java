package io.github.tiltbench.engine.learning;

import java.util.random.RandomGenerator;

/**
 * The order in which examples are seen: a fresh permutation each epoch, addressed by seed and step.
 */
public final class MinibatchOrder {
  private final long seed;
  private final int count;
  private final int batch;
  private final int[] order;
  private long epoch = -1;

  /** The order of {@code count} examples, {@code batch} a step. */
  public MinibatchOrder(long seed, int count, int batch) {
    this.seed = seed;
    this.count = count;
    this.batch = batch;
    this.order = new int[count];
  }

  /** The examples of a step. */
  public int[] indices(int step) {
    int[] indices = new int[batch];
    for (int i = 0; i < batch; i++) {
      long position = (long) step * batch + i;
      shuffle(position / count);
      indices[i] = order[(int) (position % count)];
    }
    return indices;
  }

  /** The random stream of a step. */
  public RandomGenerator random(int step) {
    return SplitMix.at(seed, 1 + (long) step);
  }

  private void shuffle(long wanted) {
    if (wanted != epoch) {
      epoch = wanted;
      RandomGenerator random = SplitMix.at(seed, -1 - epoch);
      for (int i = 0; i < count; i++) {
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
    }
  }
}
