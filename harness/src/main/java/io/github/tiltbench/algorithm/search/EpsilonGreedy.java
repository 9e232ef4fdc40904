package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Noise trajectory search: at each step K rounds of N noises, some drawn anew and the others near
 * the best so far, each valued by the reward of the clean estimate that the step with it leads to.
 *
 * <p>Paper: Ramesh and Mardani, arXiv 2506.03164. Code: rvignav/diffusion-tts, with N 4, K 20,
 * radius 0.15, epsilon 0.4. With epsilon 0 it is the paper's zero-order search a step, with K = 1
 * and epsilon 1 it is SVDD with alpha 0 bit for bit.
 *
 * <p>Deviations, and why: the neighbour of a noise is on its sphere, so that noise which nothing
 * was selected by stays standard normal; the released neighbour is {@code euclid}, the noise plus a
 * vector, which inflates the pivot round by round and so changes the law of the samples even where
 * the reward is constant. All neighbourhoods have the released distance, u radius sqrt(d) with u
 * uniform. A candidate is denoised at the level it is at (the code for Stable Diffusion denoises it
 * with the time of its parent). The pivot stays unless a candidate is better ({@code keep_pivot:
 * false} is the code's rule, under which the best value may fall). The predictions of the last
 * round serve the next step (the code asks about the pivot again). Step sizes do not depend on a
 * hash that differs from process to process.
 *
 * <p>The code's tree search (mcts) for Stable Diffusion never updates a child's visits or rewards:
 * it returns the first child of each state, which is the plain sampler at many times its cost, so
 * it is {@code pretrained} here. Its beam starts all from one noise; see {@code beam}.
 *
 * <p>This is a maximiser. Cost of a sample, with n steps that draw noise and D that do not at
 * levels T..2: NFE 1 + K N n + D; REWARD K N (n + 1) if the last step draws noise, else K N n.
 *
 * @param candidates N of a round; 0 takes as many as the budget pays for
 * @param rounds K of a step; 0 takes as many as the budget pays for by N candidates, the released 4
 *     where they are not given
 * @param epsilon probability of a noise drawn anew
 * @param radius of the neighbourhood as a share of sqrt(d), below sqrt(2)
 * @param neighbourhood which noises are near
 * @param keepPivot whether the pivot stays unless a candidate is better
 */
public record EpsilonGreedy(
    int candidates,
    int rounds,
    double epsilon,
    double radius,
    Neighbourhood neighbourhood,
    boolean keepPivot)
    implements Algorithm {
  /** As released but for the sphere and the pivot that stays; the budget is filled. */
  public static final EpsilonGreedy DEFAULT =
      new EpsilonGreedy(0, 0, 0.4, 0.15, Neighbourhood.SPHERE, true);

  private static final int MOST = 1 << 16; // addresses that noise has for a sample
  private static final int RELEASED = 4;

  /** Refuses what is out of range. */
  public EpsilonGreedy {
    if (candidates < 0 || candidates > MOST) {
      throw new IllegalArgumentException("candidates must be from 0 to " + MOST);
    }
    if (rounds < 0) {
      throw new IllegalArgumentException("rounds must be at least 0");
    }
    if (!(epsilon >= 0 && epsilon <= 1)) {
      throw new IllegalArgumentException("epsilon must be from 0 to 1");
    }
    if (!(radius > 0 && radius < Math.sqrt(2))) {
      throw new IllegalArgumentException("radius must be above 0 and below sqrt(2)");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (!(problem.process() instanceof GaussianProcess)) {
      return new Support.No("it searches over Gaussian noise, and tokens have none");
    }
    if (!problem.process().stochastic()) {
      return new Support.No("candidates never differ in a deterministic chain (eta 0)");
    }
    boolean line = ((StateSpace.Euclidean) problem.space()).dimension() < 2;
    return line && neighbourhood == Neighbourhood.SPHERE && epsilon < 1
        ? new Support.No("a sphere needs at least two coordinates")
        : Support.YES;
  }

  @Override
  public List<String> warnings(Problem problem) {
    return size(problem).candidates == 1 && !keepPivot
        ? List.of("one candidate leaves nothing to choose from")
        : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    return Samples.independent(new NoiseBandit(this, size(problem), problem, session).run());
  }

  /**
   * N and K at a problem.
   *
   * @param candidates N
   * @param rounds K
   */
  record Size(int candidates, int rounds) {}

  private Size size(Problem problem) {
    int n = candidates > 0 ? candidates : RELEASED;
    int k = rounds > 0 ? rounds : largest(problem, each -> new Size(n, each)).rounds;
    return candidates > 0 ? new Size(n, k) : largest(problem, each -> new Size(each, k));
  }

  private Size largest(Problem problem, IntFunction<Size> size) {
    return size.apply(
        LargestAffordable.largest(problem.budget(), MOST, i -> cost(problem, size.apply(i))));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, size(problem));
  }

  private static Cost cost(Problem problem, Size size) {
    int steps = problem.process().steps();
    long step = (long) size.candidates * size.rounds;
    long noisy = IntStream.rangeClosed(2, steps).filter(problem.process()::stochasticAt).count();
    long nfe = 1 + step * noisy + (steps - 1 - noisy);
    long rewards = step * (noisy + (problem.process().stochasticAt(1) ? 1 : 0));
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(problem.count());
  }

  @Override
  public boolean usesBudget() {
    return candidates == 0 || rounds == 0;
  }
}
