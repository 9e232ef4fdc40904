package io.github.tiltbench.algorithm.guidance;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.List;

/**
 * Classifier guidance: each step is tilted by the gradient of a log-probability.
 *
 * <p>A step draws from N(mean + scale * sigma^2 * g, sigma^2), where g is the gradient in the state
 * of value / beta, the log of exp(r / beta) as far as the state can tell.
 *
 * <p>Paper: Dhariwal and Nichol, arXiv 2105.05233, Algorithm 1. Code: openai/guided-diffusion.
 *
 * <p>Deviations, and why: the paper's classifier is trained on noisy states; there is none for a
 * reward, so its log-probability is the reward of the clean estimate, differentiated through the
 * denoiser. The gradient is taken at the state, as in the code (the derivation takes it at the mean
 * of the step). Steps without noise are left alone, as sigma 0 asks, and take no gradient; the
 * paper's other form for DDIM is dps without its Jacobian.
 *
 * <p>Without weights this is no sampler of the tilted law: the shift lags behind the state by one
 * step, and the value of the mean is not the mean of the exponential.
 *
 * <p>Cost of a sample with R steps that draw noise: NFE T, BACKWARD R, REWARD R.
 *
 * @param scale factor of the gradient; 1 aims at the tilted law, more exaggerates
 */
public record ClassifierGuidance(double scale) implements Algorithm {
  /** The gradient as it is. */
  public static final ClassifierGuidance DEFAULT = new ClassifierGuidance(1);

  /** Refuses a scale that is negative or no number. */
  public ClassifierGuidance {
    if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale must be finite and at least 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (Support.gradients(problem) instanceof Support.No no) {
      return no;
    }
    if (!problem.process().stochastic()) {
      return new Support.No("its pushes grow with the noise of a step, which has none (eta 0)");
    }
    return Support.YES;
  }

  @Override
  public List<String> warnings(Problem problem) {
    return scale == 0 ? List.of("scale 0 takes gradients and moves nothing") : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Batch x = process.prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        arena.next();
        Noise noise = session.noise(Purpose.STEP, level);
        if (process.stochasticAt(level)) {
          Evaluation answer = session.ask(new Query(Query.Kind.GRADIENT, x, level));
          StepLaw law = process.law(x, level, answer.prediction());
          x = law.tilt(answer.gradient().times(scale / problem.beta())).sample(noise);
        } else {
          x = process.law(x, level, session.denoise(x, level)).sample(noise);
        }
      }
    }
    return Samples.independent(x);
  }

  @Override
  public Cost cost(Problem problem) {
    long noisy = 0;
    for (int level = problem.process().steps(); level >= 1; level--) {
      noisy += problem.process().stochasticAt(level) ? problem.count() : 0;
    }
    long nfe = (long) problem.count() * problem.process().steps();
    return new Cost(nfe, nfe * problem.rowsPerParticle(), noisy, noisy, 0);
  }

  @Override
  public boolean usesBudget() {
    return false;
  }
}
