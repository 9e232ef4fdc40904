package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;

/** A law of token sequences whose conditionals are known. */
public interface TokenLaw {
  /** Tokens a sequence. */
  int length();

  /** Number of real tokens; the mask is the id after them. */
  int vocabulary();

  /**
   * The conditional probabilities of each position given the revealed tokens.
   *
   * @param tokens one sequence, masked positions holding the id {@link #vocabulary()}
   * @return shape {length, vocabulary}, rows summing to one; one-hot at revealed positions
   * @throws IllegalArgumentException if the revealed tokens have probability zero
   */
  double[][] conditionals(int[] tokens);

  /** The states of a masked chain over the law; tokens stand for their ids. */
  default StateSpace.Sequence space() {
    return new StateSpace.Sequence(length(), Vocabulary.ids(vocabulary()));
  }

  /** The exact conditionals as a denoiser. */
  default Denoiser denoiser() {
    return new TokenDenoiser(this, space());
  }
}
