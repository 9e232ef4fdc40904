package io.github.tiltbench.algorithm.smc;

/** How much of a value counts on the way from noise to clean. */
public enum Ramp {
  /** All of it from the start. */
  NONE {
    @Override
    double share(int level, int steps) {
      return 1;
    }
  },
  /** None at level T, all at level 0, linear in between: early values are blurred ones. */
  LINEAR {
    @Override
    double share(int level, int steps) {
      return 1 - level / (double) steps;
    }
  };

  /** The share of a value at a level T..0 of a chain of T steps. */
  abstract double share(int level, int steps);
}
