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
import io.github.tiltbench.random.Purpose;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A deterministic chain as a map from starting noise to samples: on it, to search over samples is
 * to search over noise.
 *
 * <p>A search may look at candidates through fewer levels than the chain has; the noise it finds is
 * then solved once more on all of them. Whether few levels rank noise as all do is measured in the
 * same trial, on {@value #CHECKED} noises of no search: Kendall's tau of their scores is its
 * diagnostic {@code transfer}. It is unbiased whatever their number, so trials share the work.
 *
 * @param problem whose chain it is
 * @param searchSteps levels of a solve while searching; all of the chain's if not given
 */
record NoiseMap(Problem problem, OptionalInt searchSteps) {
  /** Noises of a trial that are solved on few levels and on all. */
  private static final int CHECKED = 8;

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

  /** What is left to do when the search is over: a solve a sample, and the check of the trial. */
  Cost finish() {
    Cost solves = problem.chains(coarse() ? problem.count() : 0);
    return checks()
        ? solves
            .plus(candidates(CHECKED))
            .plus(problem.chains(CHECKED))
            .plus(Cost.of(0, 0, CHECKED))
        : solves;
  }

  /** Not where only all samples together have a score. */
  private boolean checks() {
    return coarse() && problem.scope() != Scope.POPULATION;
  }

  /** The samples of the noise that was found, of which the search has seen some state. */
  Samples finished(
      Session session, Batch noise, Solved found, Cost spent, Map<String, Double> scalars) {
    Map<String, Double> all = new TreeMap<>(scalars);
    Solved samples = coarse() ? onAllLevels(session, noise) : found;
    if (checks()) {
      all.put("transfer", transfer(session));
    }
    return samples(problem, samples, spent, all);
  }

  private Solved onAllLevels(Session session, Batch noise) {
    return Rollout.solved(problem, session, noise, steps(), address -> address);
  }

  private double transfer(Session session) {
    Batch noise = problem.process().prior(CHECKED, session.noise(Purpose.PROPOSAL, 0));
    double[] few = session.read(search(session, noise)).scores();
    return agreement(few, session.read(onAllLevels(session, noise)).scores());
  }

  /** Kendall's tau, in which a pair that both hold to be equal is one on which they agree. */
  static double agreement(double[] first, double[] second) {
    int sum = 0;
    int pairs = 0;
    for (int i = 0; i < first.length; i++) {
      for (int j = 0; j < i; j++) {
        int one = order(first[i], first[j]);
        int other = order(second[i], second[j]);
        sum += one == other ? 1 : one * other;
        pairs++;
      }
    }
    return (double) sum / pairs;
  }

  private static int order(double a, double b) {
    return a > b ? 1 : a < b ? -1 : 0;
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
    return new Samples(states, new double[states.size()], true, all, Map.of(), found.estimate());
  }
}
