package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.particle.Scope;
import java.util.List;
import java.util.Set;

/**
 * An inference-time alignment method; a record whose components are its parameters in a study file.
 *
 * <p>Instances are immutable and shared by threads.
 */
public interface Algorithm {
  /**
   * Draws {@link Problem#count()} samples.
   *
   * @throws io.github.tiltbench.budget.Overdrawn never, if {@link #cost} fits the budget
   */
  Samples sample(Problem problem, Session session);

  /** Whether it makes sense on a problem. */
  default Support supports(Problem problem) {
    return Support.YES;
  }

  /** The scopes of verifiers that can guide it; each other is a named skip. */
  default Set<Scope> scopes() {
    return Set.of(Scope.POINT);
  }

  /**
   * Whether it asks verifiers about {@link Solved} states, so that one can guide it that needs the
   * clean estimate on the way to a sample; each other is a named skip.
   */
  default boolean estimates() {
    return false;
  }

  /**
   * What one trial costs, in closed form; at least the price of its smallest version. A trial whose
   * meter says otherwise fails.
   */
  Cost cost(Problem problem);

  /** Whether {@link #cost} is only the most that a trial may spend, as of one that stops early. */
  default boolean costIsUpperBound() {
    return false;
  }

  /** Whether a larger budget changes what it does; if not, it is run once for all budgets. */
  default boolean usesBudget() {
    return true;
  }

  /**
   * What a problem leaves its parameters unable to do, one clause each: a plan prints them, and the
   * cell runs all the same.
   */
  default List<String> warnings(Problem problem) {
    return List.of();
  }

  /** Raised when a change of code changes its samples; part of the cell's key. */
  default int revision() {
    return 1;
  }
}
