package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Cost;
import java.util.Optional;

/**
 * An algorithm that learns something of model, reward and prompt before it samples.
 *
 * <p>Where the study gives a fit budget, the runner learns once a prompt on a session of its own,
 * charged to that budget, and every trial of the prompt samples with what was learned: it depends
 * on the prompt and the study's seed, never on the trial. Where it gives none, each trial learns
 * for itself, from draws of its own, and pays from its own budget. Learning draws for {@link
 * io.github.tiltbench.random.Purpose#FIT} only, so that no sample meets noise it was learned from.
 *
 * @param <F> what is learned: immutable, shared by threads
 */
public interface Learner<F> extends Algorithm {
  /** Learns; charges the session. */
  F fit(Problem problem, Session session);

  /** Draws the samples with what was learned. */
  Samples sample(Problem problem, Session session, F learned);

  /**
   * How what is learned of a problem is kept for other processes; empty if it cannot be, and each
   * of them learns it anew.
   */
  default Optional<FitFormat<F>> format(Problem problem) {
    return Optional.empty();
  }

  /** Frees what {@link #fit} or its format gave, once nothing samples with it any more. */
  default void release(F learned) {}

  /**
   * What {@link #fit} costs, in closed form; at least the price of its smallest version. It is held
   * against the meter as {@link #cost} is.
   */
  Cost fitCost(Problem problem);

  /** What {@link #sample(Problem, Session, Object)} costs, in closed form. */
  Cost sampleCost(Problem problem);

  /**
   * Whether these parameters learn at all; if not, {@link #fit} is never called and what is learned
   * is null.
   */
  default boolean learns() {
    return true;
  }

  /**
   * The parameters that shape what is learned: algorithms with equal ones share it at one problem.
   */
  Object fitKey();

  @Override
  default Samples sample(Problem problem, Session session) {
    if (!learns()) {
      return sample(problem, session, null);
    }
    F learned = fit(problem, session);
    try {
      return sample(problem, session, learned);
    } finally {
      release(learned);
    }
  }

  @Override
  default Cost cost(Problem problem) {
    boolean own = learns() && problem.fit().isEmpty();
    return own ? fitCost(problem).plus(sampleCost(problem)) : sampleCost(problem);
  }
}
