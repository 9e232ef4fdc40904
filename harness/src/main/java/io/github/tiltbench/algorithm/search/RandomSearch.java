package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.random.Purpose;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Random search: of K starting noises the one whose sample has the highest reward.
 *
 * <p>Paper: Ma et al., arXiv 2501.09732. Code: sayakpaul/tt-scale-flux.
 *
 * <p>Deviations, and why: all K noises belong to one search and are drawn once (the code draws 2^r
 * fresh ones in round r and forgets those before, so that a round may be worse than the one before
 * and r rounds cost 2^(r+1) - 2 samples). Noise 0 is that of the pretrained sample. Among equals
 * the first wins.
 *
 * <p>On a deterministic chain this is best of N to the bit, unless {@code search_steps} has
 * candidates looked at through fewer levels: the winner is then solved once more on all of them,
 * and its reward is that of the last solve.
 *
 * <p>Cost of a sample: NFE K * S and REWARD K, where S is search_steps or T. If S is less than T, T
 * NFE more, and of a trial 8 (S + T) NFE and 16 REWARD, by which it measures whether few levels
 * rank noise as all do ({@code transfer}); not under a verifier of whole populations.
 *
 * @param n K, noises a sample; 0 takes as many as the budget pays for
 * @param searchSteps S, levels of a solve while searching; T if not given
 */
public record RandomSearch(int n, OptionalInt searchSteps) implements Algorithm {
  /** As many noises as the budget pays for. */
  public static final RandomSearch DEFAULT = new RandomSearch(0, OptionalInt.empty());

  /** Refuses a negative count and a search of no steps. */
  public RandomSearch {
    if (n < 0) {
      throw new IllegalArgumentException("n must be at least 0");
    }
    NoiseMap.check(searchSteps);
  }

  @Override
  public Support supports(Problem problem) {
    return problem.scope() == Scope.SET && candidates(problem) == 1
        ? new Support.No("the verifier ranks candidates, and the budget pays for one")
        : new NoiseMap(problem, searchSteps).supports();
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
  public List<String> warnings(Problem problem) {
    return candidates(problem) == 1 ? List.of("one noise leaves nothing to search") : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    NoiseMap map = new NoiseMap(problem, searchSteps);
    int width = candidates(problem);
    int steps = problem.process().steps();
    Batch noise =
        problem
            .process()
            .prior(problem.count() * width, session.noise(Purpose.PRIOR, steps).branched(width));
    Solved found = map.search(session, noise);
    int[] best = session.read(found).keep(width);
    return map.finished(session, noise.select(best), found.select(best), cost(problem), Map.of());
  }

  private int candidates(Problem problem) {
    return n > 0 ? n : LargestAffordable.largest(problem.budget(), k -> cost(problem, k));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, candidates(problem));
  }

  private Cost cost(Problem problem, int k) {
    NoiseMap map = new NoiseMap(problem, searchSteps);
    return map.candidates((long) problem.count() * k).plus(map.finish());
  }

  @Override
  public boolean usesBudget() {
    return n == 0;
  }
}
