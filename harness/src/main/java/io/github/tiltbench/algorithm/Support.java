package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;

/** Whether an algorithm makes sense on a problem. */
public sealed interface Support {
  /** It does. */
  Support YES = new Yes();

  /** It does. */
  record Yes() implements Support {}

  /**
   * It does not: a named skip.
   *
   * @param reason one clause, lower case, without a full stop
   */
  record No(String reason) implements Support {}

  /** Whether the prediction that a step takes is the clean estimate of the state it starts from. */
  static Support estimates(Problem problem) {
    ReverseProcess process = problem.process();
    return process.evaluations() == process.steps()
        ? YES
        : new No("it values a state by one prediction, and a step of this chain takes two (heun)");
  }

  /** Whether states can be moved along the gradient of the reward. */
  static Support gradients(Problem problem) {
    if (!(problem.space() instanceof StateSpace.Euclidean)) {
      return new No("it pushes states along gradients, and tokens cannot be pushed");
    }
    return problem.differentiable() ? YES : new No("the model or the verifier has no gradient");
  }
}
