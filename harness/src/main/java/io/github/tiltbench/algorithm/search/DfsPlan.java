package io.github.tiltbench.algorithm.search;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a depth-first search judges its states and how far it may go back.
 *
 * @param steps T
 * @param judged whether states of a level T..1 are judged, by level
 * @param jump levels that a state is noised by
 * @param backtracks of a run
 * @param runs most of a sample; 0 for as many as the evaluations make
 * @param evaluations most NFE of a sample
 */
record DfsPlan(int steps, boolean[] judged, int jump, int backtracks, int runs, long evaluations) {

  /** The plan of shares of a chain, whose runs, if there are so many, spend what they may. */
  static DfsPlan of(int steps, List<Double> at, double jump, int backtracks, int runs) {
    boolean[] judged = new boolean[steps + 1];
    for (double share : at) {
      judged[Math.max(1, (int) Math.round(share * steps))] = true;
    }
    int levels = Math.max(1, (int) Math.round(jump * steps));
    DfsPlan plan = new DfsPlan(steps, judged, levels, backtracks, runs, 0);
    long longest = plan.levels().map(plan::back).max().orElseThrow();
    return plan.spending(runs * (steps + backtracks * longest));
  }

  DfsPlan spending(long most) {
    return new DfsPlan(steps, judged, jump, backtracks, runs, most);
  }

  private IntStream levels() {
    return IntStream.rangeClosed(1, steps).filter(level -> judged[level]);
  }

  /** NFE that a backtrack of a state judged at a level adds. */
  int back(int level) {
    return Math.min(jump, steps + 1 - level);
  }

  /** Judgements that such a backtrack adds. */
  private long again(int level) {
    return levels().filter(l -> l >= level && l < level + jump).count();
  }

  /**
   * The most REWARD of a sample: a run brings one more than it has judged levels for its T NFE, a
   * backtrack those on its way back.
   */
  long rewards() {
    long each = levels().count() + 1;
    if (runs > 0) {
      return runs * (each + backtracks * levels().mapToLong(this::again).max().orElseThrow());
    }
    long densest = levels().mapToLong(l -> evaluations * again(l) / back(l)).max().orElseThrow();
    return Math.max(evaluations * each / steps, densest);
  }

  /** Whether a run may begin after so many evaluations. */
  boolean another(long spent, long begun) {
    return spent + steps <= evaluations && (runs == 0 || begun < runs);
  }

  /** Whether a state that was judged at a level may go back and still come down. */
  boolean mayGoBack(long spent, int level, int gone) {
    return gone < backtracks && spent + back(level) + level - 1 <= evaluations;
  }
}
