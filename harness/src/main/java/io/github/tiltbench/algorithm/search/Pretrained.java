package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.particle.Scope;
import java.util.EnumSet;
import java.util.Set;

/**
 * The model as it is, without any steering: the baseline that every table needs.
 *
 * <p>Cost of a trial: NFE count * T, no rewards.
 */
public record Pretrained() implements Algorithm {
  @Override
  public Samples sample(Problem problem, Session session) {
    return Samples.independent(Rollout.solved(problem, session, problem.count(), 1));
  }

  @Override
  public Support supports(Problem problem) {
    return EstimateLevel.supports(problem, EstimateLevel.all(problem));
  }

  @Override
  public Set<Scope> scopes() {
    return EnumSet.allOf(Scope.class);
  }

  @Override
  public boolean estimates() {
    return true;
  }

  @Override
  public Cost cost(Problem problem) {
    return problem.chains(problem.count());
  }

  @Override
  public boolean usesBudget() {
    return false;
  }
}
