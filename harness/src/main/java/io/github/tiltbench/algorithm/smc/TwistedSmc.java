package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Smc;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * SMC on a {@link TwistedChain} at one problem: all that methods which differ in their policy have
 * in common. Resampling is tested at the valued levels.
 *
 * @param problem what is asked
 * @param particles particles a population; 0 takes as many as the budget pays for
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of the particles
 * @param returns what is returned of the populations
 * @param estimate how values come from predictions
 * @param policy where values are taken and what they do
 */
record TwistedSmc(
    Problem problem,
    int particles,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns,
    ValueEstimate estimate,
    TwistPolicy policy) {

  /** Refuses sizes and thresholds out of range. */
  static void check(int particles, double threshold) {
    if (particles < 0) {
      throw new IllegalArgumentException("particles must be at least 0");
    }
    if (!(threshold >= 0 && threshold <= Populations.ALWAYS)) {
      throw new IllegalArgumentException("threshold must be from 0 (never) to 2 (always)");
    }
  }

  /**
   * Whether steps can be pushed and weighed for it.
   *
   * @param byReward whether the push is the reward's gradient
   */
  static Support pushable(Problem problem, boolean byReward) {
    if (!(problem.space() instanceof StateSpace.Euclidean)) {
      return new Support.No("it adds to the mean of a step, which tokens do not have");
    }
    if (!problem.process().stochastic()) {
      return new Support.No("no step draws noise (eta 0), so none can be pushed and weighed");
    }
    if (byReward && !problem.differentiable()) {
      return new Support.No("it needs the gradient of the reward through the model");
    }
    return Support.YES;
  }

  Support supports() {
    if (!problem.process().stochastic() && threshold > 0) {
      return new Support.No("clones never separate in a deterministic chain (eta 0)");
    }
    if (Support.estimates(problem) instanceof Support.No no) {
      return no;
    }
    if (!problem.process().decodes(estimate.how())) {
      return new Support.No("the process cannot decode by " + estimate.how());
    }
    return Populations.support(returns, size(), problem);
  }

  List<String> warnings() {
    return levels(policy::valued) == 0
        ? List.of("no level above 0 is scored, so that it never resamples")
        : Populations.warnings(size(), threshold);
  }

  Samples sample(Session session) {
    return Populations.run(
        problem,
        session,
        returns,
        size(),
        new Smc(resampler, threshold, policy::valued),
        at -> chain(session, at));
  }

  /** The model of one population. */
  FeynmanKac chain(Session session, Addressing at) {
    return policy.chain(new TwistedChain(problem, session, at, estimate, policy));
  }

  Cost cost() {
    return cost(size());
  }

  private int size() {
    return particles > 0 ? particles : LargestAffordable.largest(problem.budget(), this::cost);
  }

  private Cost cost(int n) {
    long steps = problem.process().steps();
    long guided = levels(policy::guided);
    long valued = levels(policy::valued) - guided;
    long rewards = guided + valued * estimate.completions() + 1;
    return new Cost(steps, steps * problem.rowsPerParticle(), guided, rewards, 0)
        .times((long) n * Populations.count(returns, problem));
  }

  private long levels(IntPredicate which) {
    return IntStream.rangeClosed(1, problem.process().steps()).filter(which).count();
  }
}
