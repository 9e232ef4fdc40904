package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sequences with masks, and what stands under them: the input of a masked network's loss. */
final class Masks {
  private final int length;
  private final int mask;
  private final List<long[]> states = new ArrayList<>();
  private final List<Long> at = new ArrayList<>();
  private final List<Long> targets = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();

  /** None yet, of sequences of a length. */
  Masks(int length, int mask) {
    this.length = length;
    this.mask = mask;
  }

  /**
   * Adds a sequence with masks at places drawn without preference.
   *
   * @param share in [0, 1) of the numbers from 1 to the length: so many masks
   */
  void add(int[] sequence, double share, RandomGenerator random) {
    int count = 1 + (int) (length * share);
    int[] order = new int[length];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(length - i);
      int place = order[j];
      order[j] = order[i];
      order[i] = place;
    }
    Arrays.sort(order, 0, count);
    long[] state = Arrays.stream(sequence).asLongStream().toArray();
    for (int i = 0; i < count; i++) {
      at.add((long) states.size() * length + order[i]);
      targets.add(state[order[i]]);
      counts.add(count);
      state[order[i]] = mask;
    }
    states.add(state);
  }

  /** Sequences added. */
  int rows() {
    return states.size();
  }

  /** How many masks the sequence of a mask has. */
  int count(int index) {
    return counts.get(index);
  }

  /** The sequence of a mask. */
  int row(int index) {
    return (int) (at.get(index) / length);
  }

  /** The sequences with their masks. */
  Tensor.Longs states() {
    long[] data = states.stream().flatMapToLong(Arrays::stream).toArray();
    return new Tensor.Longs(data, rows(), length);
  }

  /** Where the masks are, counted over all sequences. */
  Tensor.Longs at() {
    return longs(at);
  }

  /** What stands under them. */
  Tensor.Longs targets() {
    return longs(targets);
  }

  private static Tensor.Longs longs(List<Long> values) {
    long[] data = values.stream().mapToLong(v -> v).toArray();
    return new Tensor.Longs(data, data.length);
  }
}
