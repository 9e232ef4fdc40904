package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.diffusion.Condition;

/** Evaluates queries about rows of possibly many trials; knows nothing of budgets. */
@FunctionalInterface
interface Evaluator {
  /**
   * One row a state.
   *
   * @param condition what each row was asked to be
   */
  Evaluation evaluate(Query query, Condition[] condition);
}
