package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.ReverseProcess;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What {@link DiffusionTree} costs at a problem, and how far a budget lets it go. */
final class TreePrice {
  /** Walks of a tree; one that ends in an old leaf costs nothing but time. */
  private static final int MOST_WALKS = 1 << 20;

  private final DiffusionTree rules;
  private final Problem problem;
  private final int[] levels;
  private final long[] below;

  TreePrice(DiffusionTree rules, Problem problem) {
    this.rules = rules;
    this.problem = problem;
    ReverseProcess process = problem.process();
    int steps = process.steps();
    below = new long[steps + 2];
    for (int level = 1; level <= steps; level++) {
      below[level + 1] = below[level] + process.evaluations(level, level - 1);
    }
    levels =
        rules.at().stream()
            .mapToInt(share -> (int) Math.round(share * steps))
            .filter(level -> level >= 1 && level < steps && process.stochasticAt(level))
            .distinct()
            .map(level -> -level)
            .sorted()
            .map(level -> -level)
            .toArray();
  }

  /** The levels below T that branch, highest first. */
  int[] levels() {
    return levels;
  }

  /** Whether the root is the state of level T, of which there is but one. */
  private boolean masked() {
    return problem.process() instanceof MaskedChain;
  }

  private int root() {
    return problem.process().steps() + (masked() ? 0 : 1);
  }

  private Cost denoised(long nfe, long rewards) {
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards);
  }

  /** What is asked before the first walk. */
  Cost start() {
    int steps = problem.process().steps();
    return masked() && rules.stored() ? denoised(below[steps + 1] - below[steps], 0) : Cost.ZERO;
  }

  /** A child of a node, rolled out and scored. */
  Cost of(TreeNode node) {
    return rollout(node.level());
  }

  /** The same at a level; level T + 1 is above the prior. */
  Cost rollout(int level) {
    int from = rules.stored() ? level : Math.min(level + 1, problem.process().steps() + 1);
    return denoised(below[from], 1);
  }

  /** A roll-out of the root. */
  Cost whole() {
    return rollout(root());
  }

  /** The least that still buys evaluations. */
  Cost least() {
    return IntStream.concat(Arrays.stream(levels), IntStream.of(root()))
        .mapToObj(this::rollout)
        .filter(cost -> cost.nfe() > 0)
        .reduce((a, b) -> a.nfe() < b.nfe() ? a : b)
        .orElse(denoised(0, 1));
  }

  /** Walks at most. */
  int walks() {
    return rules.iterations() > 0 ? rules.iterations() : MOST_WALKS;
  }

  /** Roll-outs at most: of the root as long as it has room, then the cheapest there are. */
  int rollouts() {
    if (rules.iterations() > 0) {
      return rules.iterations();
    }
    int first = first();
    long cheap = Math.max(1, Math.min(whole().nfe(), levels.length == 0 ? 0 : lowest()));
    int most = (int) Math.min(MOST_WALKS, (long) DiffusionTree.RANKS * problem.count());
    return Math.max(
        problem.count(),
        largest(
            most,
            n -> {
              Cost wholes = start().plus(whole().times(Math.min(n, first)));
              long rest = Math.max(0, n - first);
              return wholes.plus(denoised(rest * cheap, rest));
            }));
  }

  private long lowest() {
    return rollout(levels[levels.length - 1]).nfe();
  }

  /** How many of the first roll-outs, as far as they are paid, are of the root. */
  int first() {
    return rules.roomAtRoot(wholes()).nextClearBit(0);
  }

  /** Roll-outs of the root that are paid, if there are no others. */
  int wholes() {
    return rules.iterations() > 0
        ? rules.iterations()
        : largest(MOST_WALKS, n -> start().plus(whole().times(n)));
  }

  private int largest(int most, IntFunction<Cost> price) {
    return LargestAffordable.largest(
        problem.budget(), most, n -> problem.withDecoding(price.apply(n)));
  }

  /** The most of a trial. */
  Cost most() {
    if (rules.iterations() > 0) {
      int first = rules.roomAtRoot(rules.iterations()).cardinality();
      int later = levels.length == 0 ? 0 : rules.iterations() - first;
      Cost below = later == 0 ? Cost.ZERO : rollout(levels[0]).times(later);
      return start().plus(whole().times(first)).plus(below);
    }
    int steps = (int) below[problem.process().steps() + 1];
    int nfe = largest(Integer.MAX_VALUE >> 2, n -> denoised(n, (n + steps - 1) / steps));
    return denoised(Math.max(nfe, (long) problem.count() * steps), rollouts());
  }
}
