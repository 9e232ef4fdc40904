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
   * @param vocabulary the real tokens, by id
   */
  record Sequence(int length, Vocabulary vocabulary) implements StateSpace {
    /** Number of real tokens. */
    public int tokens() {
      return vocabulary.size();
    }

    /** Id of the mask: the one after the vocabulary. */
    public int mask() {
      return vocabulary.size();
    }

    @Override
    public String toString() {
      return "sequences of " + length + " tokens out of " + tokens();
    }
  }
}
