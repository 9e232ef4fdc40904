package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Scope;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an algorithm is asked to do in one trial.
 *
 * @param space where states live
 * @param process the chain
 * @param count samples to return
 * @param beta reward temperature of the target law p(x) exp(r(x)/beta)
 * @param budget what the whole trial may spend
 * @param rowsPerParticle network rows of one NFE
 * @param fit what a {@link Learner} may spend on learning, apart from {@code budget}; if empty it
 *     pays from {@code budget}
 * @param differentiable whether model and verifier have gradients
 * @param decodes whether states are latents, which the verifier decodes before it scores them
 * @param scope of the verifier
 * @param estimate the noise scale by the signal scale at which the verifier needs the clean
 *     estimate on the way to a sample, if it does
 */
public record Problem(
    StateSpace space,
    ReverseProcess process,
    int count,
    double beta,
    Budget budget,
    Optional<Budget> fit,
    int rowsPerParticle,
    boolean differentiable,
    boolean decodes,
    Scope scope,
    OptionalDouble estimate) {
  /** Refuses a problem without samples or with a temperature that is not positive. */
  public Problem {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1");
    }
    if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("beta must be positive and finite");
    }
  }

  /** A problem whose verifier scores each state by itself and as it is. */
  public Problem(
      StateSpace space,
      ReverseProcess process,
      int count,
      double beta,
      Budget budget,
      Optional<Budget> fit,
      int rowsPerParticle,
      boolean differentiable) {
    this(
        space,
        process,
        count,
        beta,
        budget,
        fit,
        rowsPerParticle,
        differentiable,
        false,
        Scope.POINT,
        OptionalDouble.empty());
  }

  /** What whole chains of the model as it is cost. */
  public Cost chains(long chains) {
    long nfe = chains * process.evaluations();
    return Cost.of(nfe, nfe * rowsPerParticle, 0);
  }

  /** A cost with the decoding that its rewards bring with them, which no formula needs to name. */
  public Cost withDecoding(Cost cost) {
    return decodes ? cost.decoding() : cost;
  }

  /** Whether classifier-free guidance makes the predictions, so that they have a contrast. */
  public boolean contrasted() {
    return rowsPerParticle == 2;
  }
}
