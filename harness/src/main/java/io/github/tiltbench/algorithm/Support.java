package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.MaskedChain;
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

  /** Whether predictions of the process become clean states in this way. */
  static Support decodes(Problem problem, Decoding how) {
    return problem.process().decodes(how) ? YES : new No("the process cannot decode by " + how);
  }

  /** Whether what is predicted of a state fills all masks of the states that come of it. */
  static Support parents(Problem problem) {
    if (!(problem.process() instanceof MaskedChain chain)) {
      return new No(
          "the prediction of a parent fills masks of tokens, which these states have none of");
    }
    return chain.monotone()
        ? YES
        : new No("the prediction of a parent says nothing of tokens that are masked anew");
  }

  /** Whether states can be moved along the gradient of the reward. */
  static Support gradients(Problem problem) {
    if (!(problem.space() instanceof StateSpace.Euclidean)) {
      return new No("it pushes states along gradients, and tokens cannot be pushed");
    }
    return problem.differentiable() ? YES : new No("the model or the verifier has no gradient");
  }
}
