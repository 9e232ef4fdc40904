package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.Optional;

/** The twists among which one is learned; a record whose components are keys of a study file. */
public interface TwistFamily {
  /** Whether it fits a problem; a family of real states unless it says so. */
  default Support supports(Problem problem) {
    return problem.space() instanceof StateSpace.Euclidean
        ? Support.YES
        : new Support.No("its twist is of real states; of tokens it is {twist: tokens}");
  }

  /** How its twists of a problem are kept for other processes; empty if they cannot be. */
  default Optional<FitFormat<Twist>> format(Problem problem) {
    return Optional.empty();
  }

  /** The twist that changes nothing. */
  Twist one(Problem problem);
}
