package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.OptionalInt;

/**
 * Which tokens a {@link LocallyOptimalChain} weighs, and by whose prediction.
 *
 * @param child whether each candidate's own prediction fills its masks, not its parent's
 * @param top K likeliest tokens are weighed one by one, the rest by one draw of them; all if not
 *     given
 */
record TokenProposal(boolean child, OptionalInt top) {
  /** Difference of log-probabilities under which two tokens are as likely. */
  private static final double TIE = 1e-12;

  /** Whether the outcomes of a reveal can be listed and valued. */
  Support supports(Problem problem) {
    if (!(problem.space() instanceof StateSpace.Sequence)) {
      return new Support.No("it proposes tokens, which these states have none of");
    }
    ReverseProcess process = problem.process();
    if (process instanceof FirstHittingProcess || (!child && process instanceof MaskedProcess)) {
      return Support.YES;
    }
    return new Support.No(
        child
            ? "a child's own prediction values one token a step (process first-hitting)"
            : "it weighs tokens that stay revealed (process first-hitting or ancestral)");
  }

  /** Candidates of a particle. */
  int width(int tokens) {
    return top.orElse(tokens) >= tokens ? tokens : top.getAsInt() + 1;
  }

  /**
   * The candidates of a position.
   *
   * @param token of each
   * @param log of the probability that it has or stands for, minus infinity for one in the place of
   *     a token that cannot be
   */
  record Options(int[] token, double[] log) {}

  /**
   * The candidates among tokens of some log-probabilities.
   *
   * @param u draws the one that stands for the rest
   */
  Options options(double[] log, double u) {
    int width = width(log.length);
    boolean all = width == log.length;
    int[] token = new int[width];
    double[] mass = new double[width];
    boolean[] taken = new boolean[log.length];
    int best = best(log, taken);
    for (int c = 0; c < (all ? width : width - 1); c++) {
      int next = all ? c : best(log, taken);
      boolean can = next >= 0 && log[next] > Double.NEGATIVE_INFINITY;
      token[c] = can ? next : best;
      mass[c] = can ? log[next] : Double.NEGATIVE_INFINITY;
      taken[token[c]] = true;
    }
    if (!all) {
      double rest = 0;
      for (int v = 0; v < log.length; v++) {
        rest += taken[v] ? 0 : Math.exp(log[v]);
      }
      token[width - 1] = rest > 0 ? drawn(log, taken, u * rest) : best;
      mass[width - 1] = Math.log(rest);
    }
    return new Options(token, mass);
  }

  /** The likeliest token not taken, the lowest id among equals; -1 if none can be. */
  private static int best(double[] log, boolean[] taken) {
    int best = -1;
    for (int v = 0; v < log.length; v++) {
      if (!taken[v] && log[v] > (best < 0 ? Double.NEGATIVE_INFINITY : log[best] + TIE)) {
        best = v;
      }
    }
    return best;
  }

  private static int drawn(double[] log, boolean[] taken, double at) {
    double below = 0;
    int last = -1;
    for (int v = 0; v < log.length; v++) {
      if (!taken[v] && log[v] > Double.NEGATIVE_INFINITY) {
        below += Math.exp(log[v]);
        last = v;
        if (at < below) {
          return v;
        }
      }
    }
    return last;
  }

  /**
   * What a population costs; of ancestral steps, which reveal no one knows how many masks of which
   * particle, the most.
   *
   * @param completions rewards a value
   * @param moved particles that arrive at a level above 0
   * @param first particles of level T
   * @param last particles that arrive at level 0
   */
  Cost cost(Problem problem, int completions, long moved, long first, long last) {
    long width = width(((StateSpace.Sequence) problem.space()).tokens());
    long nfe = first + moved * (child ? width : 1);
    long rewards = width * (moved * completions + last);
    if (problem.process() instanceof MaskedProcess ancestral) {
      rewards = width * completions * ancestral.template().free() * (moved + last) + last;
    }
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards);
  }
}
