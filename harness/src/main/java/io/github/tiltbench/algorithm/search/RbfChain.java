package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.List;
import java.util.Map;

/** One chain of rollover budget forcing: where it stands, its record and its quota. */
final class RbfChain {
  private static final int BRANCHES = 1 << 16;

  private final Rbf rule;
  private final int quota;
  private final int sample;
  private final int chain;
  private final int[] draws;
  private final boolean[] improved;
  private int level;
  private State at;
  private StepLaw law;
  private State best;
  private double record = Double.NEGATIVE_INFINITY;
  private int drawn;
  private int allowed;
  private boolean done;

  /**
   * States with what is known of them, one row each.
   *
   * @param x the states
   * @param prediction at them
   * @param clean the clean estimates
   * @param reward of the clean estimates
   */
  record State(Batch x, Prediction prediction, Batch clean, Scalars reward) implements Rows<State> {
    /** The reward of the only row. */
    double value() {
      return reward.values()[0];
    }

    @Override
    public int size() {
      return reward.size();
    }

    @Override
    public State select(int[] index) {
      return new State(
          x.select(index), prediction.select(index), clean.select(index), reward.select(index));
    }
  }

  RbfChain(Rbf rule, int quota, int steps, int sample, int chain) {
    this.rule = rule;
    this.quota = quota;
    this.sample = sample;
    this.chain = chain;
    this.draws = new int[steps + 1];
    this.improved = new boolean[steps + 1];
    this.level = steps;
  }

  /** Stands on the best of some starts; their number has been drawn at the first level. */
  void start(State state, int starts) {
    draws[0] = starts;
    record = state.value();
    stand(state, quota);
  }

  /** The level it stands on, T..last + 1: candidates are at the level below. */
  int level() {
    return level;
  }

  /** Whether it needs no more candidates. */
  boolean done() {
    return done;
  }

  /** The candidates that its level may still have. */
  int allowed() {
    return allowed - drawn;
  }

  /** The highest reward that it has seen. */
  double record() {
    return record;
  }

  /** The best of the last level; of a chain that has not come so far, where it stands. */
  State result() {
    return best != null && level == rule.last() + 1 ? best : at;
  }

  /** Starts and candidates so far. */
  int evaluations() {
    int sum = 0;
    for (int count : draws) {
      sum += count;
    }
    return sum;
  }

  /** The noise of this chain: of its sample, in a round of its own. */
  Noise noise(Noise noise) {
    return noise.round(chain).from(sample);
  }

  /** The state it stands on. */
  State at() {
    return at;
  }

  /** Whether the law of the next state is settled. */
  boolean hasStep() {
    return law != null;
  }

  /** Moves the step from where it stands along a gradient, one row. */
  void push(Problem problem, Batch.Reals gradient) {
    law = step(problem).tilt(gradient);
  }

  private StepLaw step(Problem problem) {
    return problem.process().law(at.x, level, at.prediction);
  }

  /** The next candidate, one level down. */
  Batch draw(Problem problem, Session session) {
    if (law == null) {
      law = step(problem);
    }
    return law.sample(noise(session.noise(Purpose.STEP, level)).branched(BRANCHES).skip(drawn));
  }

  /** Takes a candidate of the level below, which may become the state it stands on. */
  void learn(State candidate) {
    drawn++;
    draws[draws.length - level]++;
    if (best == null || candidate.value() > best.value()) {
      best = candidate;
    }
    boolean beaten = candidate.value() > record;
    if (beaten) {
      record = candidate.value();
      improved[draws.length - level] = true;
    }
    boolean forced = level == rule.last() + 1 && rule.end() == Rbf.End.FORCING;
    boolean alike = law != null && law.deterministic();
    if (forced) {
      return;
    }
    if (rule.rollover() && (beaten || alike)) {
      down(quota + allowed());
    } else if (drawn == allowed || alike) {
      down(quota);
    }
  }

  private void down(int next) {
    if (level == rule.last() + 1) {
      done = true;
      return;
    }
    level--;
    stand(best, next);
    best = null;
  }

  private void stand(State state, int next) {
    at = state;
    law = null;
    drawn = 0;
    allowed = next;
  }

  /** Of many chains, along the levels T..0: what a level had of candidates and of records. */
  static Map<String, double[]> traces(List<RbfChain> chains) {
    double[] draws = new double[chains.get(0).draws.length];
    double[] records = new double[draws.length];
    for (RbfChain chain : chains) {
      for (int i = 0; i < draws.length; i++) {
        draws[i] += (double) chain.draws[i] / chains.size();
        records[i] += (chain.improved[i] ? 1.0 : 0) / chains.size();
      }
    }
    return Map.of("draws", draws, "records", records);
  }
}
