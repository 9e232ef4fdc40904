package io.github.tiltbench.diffusion;

import java.util.Arrays;

/** Where states live. */
public sealed interface StateSpace {

  /**
   * Arrays of real numbers.
   *
   * @param item shape of one state
   */
  record Euclidean(int[] item) implements StateSpace {
    /** Numbers in one state. */
    public int dimension() {
      return Batch.volume(item);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Euclidean e && Arrays.equals(item, e.item);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(item);
    }

    @Override
    public String toString() {
      return "reals " + Arrays.toString(item);
    }
  }

  /**
   * Token sequences.
   *
   * @param length tokens a sequence
   * @param vocabulary number of real tokens, ids 0..vocabulary-1
   * @param mask id of the mask, outside the vocabulary
   */
  record Sequence(int length, int vocabulary, int mask) implements StateSpace {
    @Override
    public String toString() {
      return "sequences of " + length + " tokens out of " + vocabulary;
    }
  }
}
