package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.budget.Cost;

/**
 * How many beams {@link DSearch} has at a problem, how wide they are, and what that costs.
 *
 * @param width M before it grows
 * @param oversample R, beams of a sample at the start
 */
record DSearchPlan(DSearch rules, Problem problem, double width, int oversample) {
  private static final int PUBLISHED_WIDTH = 5;
  private static final int PARTS = 100;

  static DSearchPlan of(DSearch rules, Problem problem) {
    int given = rules.width() > 0 ? rules.width() : rules.byParent() ? PUBLISHED_WIDTH : 0;
    int beams = rules.oversample();
    if (beams == 0) {
      int least = Math.max(1, given);
      beams =
          LargestAffordable.largest(
              problem.budget(),
              rules.mostOversample(),
              r -> new DSearchPlan(rules, problem, least, r).cost());
    }
    if (given > 0) {
      return new DSearchPlan(rules, problem, given, beams);
    }
    int found = beams;
    int most = (int) (PARTS * DSearch.MOST / (rules.growth() * found));
    int parts =
        LargestAffordable.largest(
            problem.budget(), most, n -> new DSearchPlan(rules, problem, part(n), found).cost());
    return new DSearchPlan(rules, problem, part(parts), found);
  }

  private static double part(int parts) {
    return parts / (double) PARTS;
  }

  private int steps() {
    return problem.process().steps();
  }

  /** Beams at the start. */
  int start() {
    return problem.count() * oversample;
  }

  /** Beams after a step 0..T-1. */
  int beams(int step) {
    return rules.drop().beams(problem.count(), oversample, step, steps());
  }

  /** Beams that give way to copies of others. */
  int copies() {
    return Share.whole(rules.replaced() * problem.count());
  }

  /** Children of a beam at a step that is not wide. */
  int narrow() {
    return Math.max(1, (int) width);
  }

  /** Children of each of some beams at a step, the most that may be drawn where it is random. */
  int wide(int step, int beams) {
    double q = rules.search().probability(step, steps());
    if (!rules.randomWidth()) {
      return Math.max(1, (int) Math.rint(width * (1 + (rules.growth() - 1) * q)));
    }
    return q == 0
        ? narrow()
        : Math.max(1, (int) (rules.growth() * width * start() / (double) beams));
  }

  /** What a trial costs, at most where widths are drawn. */
  Cost cost() {
    int beams = start();
    long nfe = beams;
    long rewards = 0;
    boolean scored = false;
    for (int level = steps(); level >= 1; level--) {
      int step = steps() - level;
      scored = problem.process().stochasticAt(level);
      long children = beams;
      if (scored) {
        children *= wide(step, beams);
        rewards += children;
        beams = Math.min(beams, beams(step));
      }
      nfe += level == 1 ? 0 : scored && rules.byParent() ? beams : children;
    }
    rewards += scored || beams == problem.count() ? 0 : beams;
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards);
  }
}
