package io.github.tiltbench.algorithm.smc;

/** What a population method hands back. */
public enum OutputRule {
  /**
   * One draw, by weight, from each of {@code count} independent populations that share the budget.
   */
  ONE,
  /** {@code count} members of a single population that has the whole budget. */
  ALL,
  /**
   * The member of the largest final weight of each of {@code count} populations, as the released
   * DAS code returns it; not a draw from the target.
   */
  HEAVIEST,
  /**
   * The member of the highest reward of each of {@code count} populations, as FK steering is
   * tabulated; not a draw from the target.
   */
  BEST
}
