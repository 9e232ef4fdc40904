package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.budget.Cost;
import java.util.List;
import java.util.function.IntFunction;

/** What {@link Svdd} costs at a problem, and what of it a budget pays for. */
record SvddPrice(Svdd rules, Problem problem) {
  private static final int LEARNED_WIDTH = 20;

  /** M and K at a problem. */
  record Size(int width, int chains) {}

  /** Roll-outs to learn from. */
  int rollouts() {
    int given = rules.rollouts().orElse(0);
    if (given > 0 || problem.fit().isEmpty()) {
      return Math.max(1, given);
    }
    return LargestAffordable.largest(problem.fit().get(), Svdd.MAX_ROLLOUTS, this::learning);
  }

  Cost learning() {
    return learning(rollouts());
  }

  private Cost learning(long n) {
    long nfe = n * problem.process().steps();
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), n);
  }

  Size size() {
    int m = rules.width() > 0 ? rules.width() : rules.learns() ? LEARNED_WIDTH : 0;
    int k = rules.chains().orElse(1);
    int most = Svdd.MAX_WIDTH / rules.draws();
    if (m == 0) {
      return new Size(largest(most / k, n -> new Size(n, k)), k);
    }
    return new Size(m, k > 0 ? k : largest(most / m, n -> new Size(m, n)));
  }

  private int largest(int most, IntFunction<Size> size) {
    boolean own = rules.learns() && problem.fit().isEmpty();
    Cost learned = own ? learning() : Cost.ZERO;
    return LargestAffordable.largest(
        problem.budget(), most, n -> learned.plus(sampling(size.apply(n))));
  }

  List<String> warnings() {
    if (rules.replaced().isPresent() && rules.replaces(problem.count()) == 0) {
      return List.of(
          "replaced of " + problem.count() + " samples is less than one: none gives way");
    }
    return size().width == 1 ? List.of("one candidate leaves nothing to choose from") : List.of();
  }

  Cost sampling(Size size) {
    Descent chain = descent(size.width, problem.process().steps());
    long rewards = chain.rewards + ((size.chains > 1 || rules.weighs()) && !chain.scored ? 1 : 0);
    long all = (long) problem.count() * size.chains;
    return Cost.of(chain.nfe * all, chain.nfe * all * problem.rowsPerParticle(), rewards * all);
  }

  /**
   * What a chain costs from a level down.
   *
   * @param selections choices on the way
   * @param scored whether the last of them was among samples, by their rewards
   */
  record Descent(long nfe, long rewards, int selections, boolean scored) {}

  Descent descent(int width, int from) {
    int steps = problem.process().steps();
    long nfe = 1;
    long rewards = 0;
    int selections = 0;
    boolean scored = false;
    boolean branched = false;
    for (int level = from; level >= 1; level--) {
      branched |= problem.process().stochasticAt(level);
      boolean last = rules.lastOfBlock(steps, level);
      boolean survivors = !branched || (last && rules.denoisesSurvivors());
      nfe += level == 1 ? 0 : survivors ? 1 : width;
      if (last && branched) {
        long valued = (long) width * rules.draws();
        rewards += level == 1 ? width : rules.learns() ? 0 : valued;
        nfe += rules.value() == Svdd.Value.ROLLOUT ? valued * (level - 1) : 0;
        selections++;
      }
      scored = last && branched;
      branched &= !last;
    }
    return new Descent(nfe, rewards, selections, scored);
  }
}
