package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;

/** The particle of one sample of depth-first search: where it stands, and what it has met. */
final class DfsChain {
  private final DfsPlan plan;
  private final double threshold;
  private final int sample;
  private final Batch[] best;
  private final double[] highest;
  private int level;
  private Batch x;
  private int stretch;
  private int gone;
  private long spent;
  private int runs;
  private long backtracks;
  private long evaluations;
  private long passed;
  private Batch found;
  private double record;
  private boolean done;

  DfsChain(DfsPlan plan, double threshold, int sample) {
    this.plan = plan;
    this.threshold = threshold;
    this.sample = sample;
    this.best = new Batch[plan.steps() + 1];
    this.highest = new double[plan.steps() + 1];
    this.level = plan.steps();
  }

  int level() {
    return level;
  }

  boolean judged() {
    return plan.judged()[level];
  }

  boolean ended() {
    return level == 0;
  }

  boolean done() {
    return done;
  }

  Batch end() {
    return x;
  }

  Batch found() {
    return found;
  }

  long spent() {
    return spent;
  }

  int runs() {
    return runs;
  }

  long backtracks() {
    return backtracks;
  }

  long evaluations() {
    return evaluations;
  }

  long passed() {
    return passed;
  }

  /** Noise at the level it stands on; each stretch from a start or a jump has its own. */
  Noise noise(Session session, Purpose purpose) {
    return session.noise(purpose, level).round(stretch).from(sample);
  }

  /** Where it stands; drawn anew where it has none. */
  Batch state(ReverseProcess process, Session session) {
    if (x == null) {
      x = process.prior(1, noise(session, Purpose.PRIOR));
    }
    return x;
  }

  /** Takes a step; if the state it started from was judged, goes on or back by its value. */
  void move(Batch next, double value, ReverseProcess process, Session session) {
    spent++;
    int from = level;
    x = next;
    level--;
    if (!plan.judged()[from]) {
      return;
    }
    evaluations++;
    if (best[from] == null || value > highest[from]) {
      best[from] = next;
      highest[from] = value;
    }
    if (value >= threshold) {
      passed++;
    } else if (plan.mayGoBack(spent, from, gone)) {
      back(process, session);
    } else {
      x = best[from];
    }
  }

  private void back(ReverseProcess process, Session session) {
    gone++;
    backtracks++;
    stretch++;
    int below = level;
    level = Math.min(plan.steps(), below + plan.jump());
    x =
        level == plan.steps()
            ? null
            : process.renoise(x, below, level, noise(session, Purpose.RENOISE));
  }

  /** Ends a run with the reward of its sample; another begins if it may. */
  void finish(double reward) {
    runs++;
    if (found == null || reward > record) {
      found = x;
      record = reward;
    }
    done = !plan.another(spent, runs);
    Arrays.fill(best, null);
    level = plan.steps();
    x = null;
    stretch++;
    gone = 0;
  }
}
