package io.github.tiltbench.algorithm.twist;

import java.util.Map;

/**
 * A twist with what its learning cost and how it went.
 *
 * @param twist moves particles
 * @param scalars diagnostics by name
 */
public record LearnedTwist(Twist twist, Map<String, Double> scalars) {
  /** Keeps a copy of the diagnostics. */
  public LearnedTwist {
    scalars = Map.copyOf(scalars);
  }
}
