package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.diffusion.StateSpace;

/** What the tilt of a masked position may depend on; every part of it is a number a token. */
public enum TokenFeatures {
  /** Nothing but the stretch of the chain. */
  SHARED {
    @Override
    long count(StateSpace.Sequence space, int bins) {
      return bins;
    }

    @Override
    int[] of(StateSpace.Sequence space, int[] tokens, int position, int bin) {
      return new int[] {bin};
    }
  },
  /** The position, in each stretch anew. */
  POSITION {
    @Override
    long count(StateSpace.Sequence space, int bins) {
      return (long) bins * space.length();
    }

    @Override
    int[] of(StateSpace.Sequence space, int[] tokens, int position, int bin) {
      return new int[] {bin * space.length() + position};
    }
  },
  /** The stretch, and the tokens left and right of it as far as they are revealed. */
  NEIGHBOURS {
    @Override
    long count(StateSpace.Sequence space, int bins) {
      return bins + 2L * space.tokens();
    }

    @Override
    int[] of(StateSpace.Sequence space, int[] tokens, int position, int bin) {
      int pairs = (int) count(space, 0);
      int left = position > 0 ? tokens[position - 1] : space.mask();
      int right = position + 1 < tokens.length ? tokens[position + 1] : space.mask();
      int parts = 1 + (left == space.mask() ? 0 : 1) + (right == space.mask() ? 0 : 1);
      int[] of = new int[parts];
      of[0] = pairs + bin;
      if (left != space.mask()) {
        of[1] = left;
      }
      if (right != space.mask()) {
        of[parts - 1] = space.tokens() + right;
      }
      return of;
    }
  },
  /** The whole state and the position, in each stretch anew: for laws that can be listed. */
  TABLE {
    @Override
    long count(StateSpace.Sequence space, int bins) {
      double states = Math.pow(space.tokens() + 1.0, space.length());
      return (long) Math.min(Long.MAX_VALUE, states * space.length() * bins);
    }

    @Override
    int[] of(StateSpace.Sequence space, int[] tokens, int position, int bin) {
      int at = bin;
      for (int token : tokens) {
        at = at * (space.tokens() + 1) + token;
      }
      return new int[] {at * space.length() + position};
    }
  };

  /** How many parts there are, each a number a token. */
  abstract long count(StateSpace.Sequence space, int bins);

  /** The parts that add up to the tilt of a masked position. */
  abstract int[] of(StateSpace.Sequence space, int[] tokens, int position, int bin);
}
