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
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Best of N: each returned sample is the best of its own N independent draws.
 *
 * <p>The group maximum, as the released SVDD code has it, not the top 1/N of one pool, as the paper
 * words it: the two have different quantiles. Draw 0 of a group is the pretrained sample, so best
 * of N without {@code reject} is never worse than pretrained on shared noise.
 *
 * <p>Returns {@code weighted} is importance resampling: the one returned is drawn by exp(r / beta),
 * so that the tilted law is met as N grows; it needs scores and not mere ranks.
 *
 * <p>With {@code reject} or {@code kept} it is successive halving: at each share of {@code reject}
 * the chains are ranked by the reward of their clean estimates and all but the best are given up,
 * so that more can start. It pays late in the chain alone: how little an early estimate says of its
 * sample, and where that ranking costs more than it spares, is in the tests. What is returned is
 * one of the N draws, not always the best of them.
 *
 * <p>Cost of a trial: NFE count * N * T, REWARD count * N. With N_1, ..., N_k chains left at the
 * levels l_1 > ... > l_k of a chain of T steps, count times NFE N (T - l_1 + 1) + N_1 (l_1 - l_2) +
 * ... + N_k (l_k - 1), REWARD N + N_1 + ... + N_k.
 *
 * @param n draws a sample; 0 takes as many as the budget pays for
 * @param returns which of them; the best if not given
 * @param reject shares of the chain that lie ahead where draws are given up, falling; if not given
 *     and {@code kept} is, 0.3, 0.3 / 2, 0.3 / 3 and so on
 * @param kept share of n that each of them leaves, falling; if not given and {@code reject} is, a
 *     half, a quarter and so on
 */
public record BestOfN(
    int n, Optional<Returns> returns, Optional<List<Double>> reject, Optional<List<Double>> kept)
    implements Algorithm {
  /** Which of the draws is returned. */
  public enum Returns {
    /** The one of the highest reward, the first among equals. */
    BEST,
    /** One drawn by its weight in the tilted law. */
    WEIGHTED
  }

  /** As many draws as the budget pays for. */
  public static final BestOfN DEFAULT = new BestOfN(0);

  /** Late enough that an estimate says something of its sample, early enough to spare something. */
  private static final double FIRST = 0.3;

  /** The best of some. */
  public BestOfN(int n) {
    this(n, Optional.empty());
  }

  /** Some draws, of which none is given up on its way. */
  public BestOfN(int n, Optional<Returns> returns) {
    this(n, returns, Optional.empty(), Optional.empty());
  }

  /** Refuses a negative count and shares that do not fall. */
  public BestOfN {
    if (n < 0) {
      throw new IllegalArgumentException("n must be at least 0");
    }
    returns = returns.filter(which -> which != Returns.BEST); // one thing, one key
    reject.ifPresent(shares -> falling("reject", shares));
    kept.ifPresent(shares -> falling("kept", shares));
    if (reject.isPresent() && kept.isPresent() && reject.get().size() != kept.get().size()) {
      throw new IllegalArgumentException("reject and kept must have as many shares as each other");
    }
    if (returns.isPresent() && (reject.isPresent() || kept.isPresent())) {
      throw new IllegalArgumentException(
          "returns weighted is for draws of which none is given up: their weights are no others'");
    }
    reject = reject.map(List::copyOf);
    kept = kept.map(List::copyOf);
  }

  private static void falling(String name, List<Double> shares) {
    double before = 1;
    for (double share : shares) {
      if (!(share > 0 && share < before)) {
        throw new IllegalArgumentException(
            name + " must list falling shares above 0 and below 1, but " + share + " stands there");
      }
      before = share;
    }
    if (shares.isEmpty()) {
      throw new IllegalArgumentException(name + " must list at least one share");
    }
  }

  @Override
  public List<String> warnings(Problem problem) {
    return draws(problem) == 1 ? List.of("one draw is the best of itself") : List.of();
  }

  @Override
  public Support supports(Problem problem) {
    if (rejects()) {
      return rejection(problem, 1).supports();
    }
    return problem.scope() == Scope.SET && draws(problem) == 1
        ? new Support.No("the verifier ranks candidates, and the budget pays for one")
        : EstimateLevel.supports(problem, EstimateLevel.all(problem));
  }

  private boolean rejects() {
    return reject.isPresent() || kept.isPresent();
  }

  private EarlyRejection rejection(Problem problem, int n) {
    int times = reject.or(() -> kept).orElseThrow().size();
    List<Double> at = new ArrayList<>();
    List<Double> left = new ArrayList<>();
    for (int i = 1; i <= times; i++) {
      at.add(FIRST / i);
      left.add(Math.pow(0.5, i));
    }
    return EarlyRejection.of(problem, reject.orElse(at), kept.orElse(left), n);
  }

  @Override
  public Set<Scope> scopes() {
    return returns.isPresent() || rejects() ? Set.of(Scope.POINT) : EnumSet.allOf(Scope.class);
  }

  @Override
  public boolean estimates() {
    return !rejects();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    int width = draws(problem);
    if (rejects()) {
      EarlyRejection rejection = rejection(problem, width);
      Batch left = rejection.run(session);
      int[] best = session.read(Solved.of(left)).keep(rejection.last());
      return Samples.independent(left.select(best));
    }
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

  private Cost cost(Problem problem, int n) {
    if (rejects()) {
      return rejection(problem, n).cost();
    }
    long draws = (long) problem.count() * n;
    return problem.chains(draws).plus(Cost.of(0, 0, draws));
  }

  @Override
  public boolean usesBudget() {
    return n == 0;
  }
}
