package io.github.tiltbench.model;

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
}
