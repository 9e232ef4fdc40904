package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Answer;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.diffusion.Condition;

/** Answers queries about rows of possibly many trials; knows nothing of budgets. */
@FunctionalInterface
interface Evaluator {
  /**
   * The answer, one row a state.
   *
   * @param condition what each row was asked to be
   */
  Answer answer(Query query, Condition[] condition);
}
