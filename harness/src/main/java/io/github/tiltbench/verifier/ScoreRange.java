package io.github.tiltbench.verifier;

/** What values the scores of a verifier can have, whatever those are that it happened to give. */
public enum ScoreRange {
  /** Any number. */
  REALS,
  /** 0 or 1: the mean of scores is a share. */
  ZERO_OR_ONE,
  /** Ranks among the samples of one trial: scores of two trials cannot be compared. */
  RANKS
}
