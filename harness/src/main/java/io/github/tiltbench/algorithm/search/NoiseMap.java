package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.particle.Scope;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A deterministic chain as a map from starting noise to samples: on it, to search over samples is
 * to search over noise.
 *
 * <p>A search may look at candidates through fewer levels than the chain has; the noise it finds is
 * then solved once more on all of them.
 *
 * @param problem whose chain it is
 * @param searchSteps levels of a solve while searching; all of the chain's if not given
 */
record NoiseMap(Problem problem, OptionalInt searchSteps) {
  /** Refuses a search of no steps. */
  static void check(OptionalInt searchSteps) {
    if (searchSteps.isPresent() && searchSteps.getAsInt() < 1) {
      throw new IllegalArgumentException("search_steps must be at least 1");
    }
  }

  /** Whether a chain of real numbers draws all its noise at the start. */
  static Support deterministic(Problem problem) {
    if (!(problem.process() instanceof GaussianProcess)) {
      return new Support.No("it searches over Gaussian noise, and tokens have none");
    }
    return problem.process().stochastic()
        ? new Support.No("noise at the start determines no sample of a chain that draws more later")
        : Support.YES;
  }

  Support supports() {
    int steps = problem.process().steps();
    return searchSteps.orElse(1) > steps
        ? new Support.No("search_steps is more than the chain's " + steps)
        : supports(deterministic(problem));
  }

  private Support supports(Support deterministic) {
    return deterministic instanceof Support.No || problem.estimate().isEmpty()
        ? deterministic
        : EstimateLevel.supports(problem, searching().asked());
  }

  /** NFE of a solve while searching. */
  int evaluations() {
    return searching().evaluations();
  }

  private int steps() {
    return problem.process().steps();
  }

  private boolean coarse() {
    return searchSteps.orElse(steps()) < steps();
  }

  /** The solve while searching. */
  Solve searching() {
    int steps = searchSteps.orElse(steps());
    return Solve.of((GaussianProcess) problem.process(), steps(), 0, steps);
  }

  /** The candidates that some noise leads to. */
  Solved search(Session session, Batch noise) {
    Solve.End end = searching().run(session, noise, problem);
    return new Solved(end.states(), end.estimate());
  }

  /** What candidates cost that are solved and scored. */
  Cost candidates(long count) {
    long nfe = count * evaluations();
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), count);
  }

  /** What the solves cost that are left when the search is over, one a sample. */
  Cost finish() {
    return problem.chains(coarse() ? problem.count() : 0);
  }

  /** The samples of the noise that was found, of which the search has seen some state. */
  Solved finished(Session session, Batch noise, Solved found) {
    return coarse() ? Rollout.solved(problem, session, noise, steps(), address -> address) : found;
  }

  /** Independent samples, and what the search left of its budget in each unit that has a limit. */
  static Samples samples(Problem problem, Solved found, Cost spent, Map<String, Double> scalars) {
    Map<String, Double> all = new TreeMap<>(scalars);
    Cost decoded = problem.withDecoding(spent);
    problem
        .budget()
        .limits()
        .forEach((unit, limit) -> all.put("unspent_" + unit, (double) limit - decoded.of(unit)));
    Batch states = found.states();
    double[] weights = new double[states.size()];
    boolean independent = problem.scope() != Scope.POPULATION;
    return new Samples(states, weights, independent, all, Map.of(), found.estimate());
  }
}
