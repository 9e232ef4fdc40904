package io.github.tiltbench.random;

/**
 * What a draw is for; part of its address, so that no two uses ever share a number.
 *
 * <p>Code 0 is none: its counters make the keys of rounds.
 *
 * <p>The codes are part of the meaning of every stored result: add new ones, never renumber.
 */
public enum Purpose {
  /** The starting state x_T. */
  PRIOR(1),
  /** The noise of one reverse step. */
  STEP(2),
  /** Ancestors of a resampling. */
  RESAMPLE(3),
  /** Choice among the branches of one parent. */
  SELECT(4),
  /** Which members of a population are returned. */
  RETURN(5),
  /** Completion of a prediction to a clean state. */
  DECODE(6),
  /** Forward noising back to an earlier level. */
  RENOISE(7),
  /** Random proposals over starting noise or paths. */
  PROPOSAL(8),
  /** Fitting of value functions and networks. */
  FIT(9);

  private final int code;

  Purpose(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
