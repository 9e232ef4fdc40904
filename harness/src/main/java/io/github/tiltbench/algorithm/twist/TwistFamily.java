package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;

/** The twists among which one is learned; a record whose components are keys of a study file. */
public interface TwistFamily {
  /** Whether it fits a problem of real states. */
  default Support supports(Problem problem) {
    return Support.YES;
  }

  /** The twist that changes nothing. */
  Twist one(Problem problem);
}
