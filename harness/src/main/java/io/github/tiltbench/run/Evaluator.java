package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Guided;
import io.github.tiltbench.algorithm.Sloped;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Contrast;
import io.github.tiltbench.diffusion.Prediction;

/** Runs models and verifiers on rows of possibly many trials; knows nothing of budgets. */
interface Evaluator {
  /** One prediction a row. */
  Prediction denoise(Batch x, int[] level, Condition[] condition);

  /** One prediction a row, before and after classifier-free guidance. */
  Contrast contrast(Batch x, int[] level, Condition[] condition);

  /** One target reward a row. */
  double[] score(Batch clean, Condition[] condition);

  /** Predictions, rewards of their clean estimates, and the rewards' gradients in the states. */
  Guided guide(Batch x, int[] level, Condition[] condition);

  /** Predictions, rewards of their clean estimates, and the rewards' gradients in the estimates. */
  Sloped slope(Batch x, int[] level, Condition[] condition);
}
