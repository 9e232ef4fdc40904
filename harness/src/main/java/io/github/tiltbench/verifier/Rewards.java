package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.StateSpace;
import java.util.Optional;

/** Checks that the analytic rewards share. */
final class Rewards {
  private Rewards() {}

  static void requireFinite(String name, double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(name + " must be finite but holds " + value);
      }
    }
  }

  /** Why a reward with one parameter a coordinate does not fit a space. */
  static Optional<String> mismatch(StateSpace space, String name, int length) {
    if (!(space instanceof StateSpace.Euclidean e)) {
      return Optional.of("it scores real vectors, not " + space);
    }
    return e.dimension() == length
        ? Optional.empty()
        : Optional.of(
            name + " has " + length + " entries but states have " + e.dimension() + " coordinates");
  }
}
