package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Best of N: each returned sample is the best of its own N independent draws.
 *
 * <p>The group maximum, as the released SVDD code has it, not the top 1/N of one pool, as the paper
 * words it: the two have different quantiles. Draw 0 of a group is the pretrained sample, so best
 * of N is never worse than pretrained on shared noise.
 *
 * <p>Returns {@code weighted} is importance resampling: the one returned is drawn by exp(r / beta),
 * so that the tilted law is met as N grows; it needs scores and not mere ranks.
 *
 * <p>Cost of a trial: NFE count * N * T, REWARD count * N.
 *
 * @param n draws a sample; 0 takes as many as the budget pays for
 * @param returns which of them; the best if not given
 */
public record BestOfN(int n, Optional<Returns> returns) implements Algorithm {
  /** Which of the draws is returned. */
  public enum Returns {
    /** The one of the highest reward, the first among equals. */
    BEST,
    /** One drawn by its weight in the tilted law. */
    WEIGHTED
  }

  /** As many draws as the budget pays for. */
  public static final BestOfN DEFAULT = new BestOfN(0);

  /** The best of some. */
  public BestOfN(int n) {
    this(n, Optional.empty());
  }

  /** Refuses a negative count. */
  public BestOfN {
    if (n < 0) {
      throw new IllegalArgumentException("n must be at least 0");
    }
    returns = returns.filter(which -> which != Returns.BEST); // one thing, one key
  }

  @Override
  public List<String> warnings(Problem problem) {
    return draws(problem) == 1 ? List.of("one draw is the best of itself") : List.of();
  }

  @Override
  public Support supports(Problem problem) {
    return problem.scope() == Scope.SET && draws(problem) == 1
        ? new Support.No("the verifier ranks candidates, and the budget pays for one")
        : EstimateLevel.supports(problem, EstimateLevel.all(problem));
  }

  @Override
  public Set<Scope> scopes() {
    return returns.isPresent() ? Set.of(Scope.POINT) : EnumSet.allOf(Scope.class);
  }

  @Override
  public boolean estimates() {
    return true;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    int width = draws(problem);
    Solved all = Rollout.solved(problem, session, problem.count(), width);
    return Samples.independent(all.select(returned(problem, session, all, width)));
  }

  private int[] returned(Problem problem, Session session, Solved all, int width) {
    if (returns.isEmpty()) {
      return session.read(all).keep(width);
    }
    Noise noise = session.noise(Purpose.RETURN, 0);
    return Branching.keep(
        session.score(all.states()), width, problem.beta(), group -> noise.uniforms(group).at(0));
  }

  private int draws(Problem problem) {
    return n > 0 ? n : LargestAffordable.largest(problem.budget(), draws -> cost(problem, draws));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, draws(problem));
  }

  private static Cost cost(Problem problem, int n) {
    long draws = (long) problem.count() * n;
    return problem.chains(draws).plus(Cost.of(0, 0, draws));
  }

  @Override
  public boolean usesBudget() {
    return n == 0;
  }
}
